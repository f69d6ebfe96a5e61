"""The description of a result as a research object: RO-Crate 1.1 and the Process Run Crate profile 0.5."""

import json
from datetime import datetime
from urllib.parse import unquote

import pytest
from results_made import result

PROFILE = "https://w3id.org/ro/wfrun/process/0.5"


@pytest.fixture
def folder(tmp_path):
    return result(tmp_path)


@pytest.fixture
def entities(folder):
    crate = json.loads((folder / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    assert crate["@context"][0] == "https://w3id.org/ro/crate/1.1/context"
    found = {entity["@id"]: entity for entity in crate["@graph"]}
    assert len(found) == len(crate["@graph"])
    return found


def links(value):
    return [one["@id"] for one in (value if isinstance(value, list) else [value])]


def test_the_descriptor_speaks_of_the_root_and_names_the_specification(entities):
    descriptor = entities["ro-crate-metadata.json"]
    assert descriptor["@type"] == "CreativeWork"
    assert descriptor["about"] == {"@id": "./"}
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}


def test_the_root_has_all_that_a_root_must_have(entities):
    root = entities["./"]
    assert root["@type"] == "Dataset"
    assert root["name"]
    assert root["description"]
    datetime.fromisoformat(root["datePublished"])
    assert entities[root["license"]["@id"]]["description"]
    assert links(root["conformsTo"]) == [PROFILE]
    assert entities[PROFILE]["@type"] == "CreativeWork"
    assert links(root["mentions"]) == ["#run"]


def test_the_action_names_program_inputs_results_and_times(entities):
    action = entities["#run"]
    program = entities[action["instrument"]["@id"]]
    assert action["@type"] == "CreateAction"
    assert program["@type"] == "SoftwareApplication"
    assert program["softwareVersion"]
    assert datetime.fromisoformat(action["startTime"]) <= datetime.fromisoformat(action["endTime"])
    assert links(action["object"]) == ["plans/", "scenarios/", "study.json"]
    kept = {"customers/", "flows/", "series/"}
    assert set(links(action["result"])) == {"manifest.json", "run.json", "runs.sqlite"} | kept
    assert action["description"].split()[0] == "simbiz"


def test_every_part_exists_and_every_file_is_a_part(folder, entities):
    parts = links(entities["./"]["hasPart"])
    for name in parts:
        path = folder / unquote(name)
        assert path.is_dir() if name.endswith("/") else path.is_file()
        assert entities[name]["@type"] == ("Dataset" if name.endswith("/") else "File")
    there = {path.name + ("/" if path.is_dir() else "") for path in folder.iterdir()}
    assert there - {"runs.sqlite.lock"} == {*parts, "ro-crate-metadata.json"}


def test_every_link_leads_to_an_entity(entities):
    outside = {"https://w3id.org/ro/crate/1.1"}
    for entity in entities.values():
        for value in entity.values():
            if isinstance(value, dict) or (isinstance(value, list) and isinstance(value[0], dict)):
                assert {*links(value)} <= {*entities} | outside


def test_nobody_is_invented(entities):
    assert not {"Person", "Organization"} & {entity["@type"] for entity in entities.values()}
