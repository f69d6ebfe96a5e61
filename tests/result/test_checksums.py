"""Checksums answer for every byte of a file and for every value of a manifest."""

from hashlib import sha256

from simbiz.results.manifest import file_checksum, manifest_checksum


def test_the_checksum_of_a_file_is_that_of_all_its_bytes(tmp_path):
    content = bytes(range(256)) * 12_288
    (tmp_path / "large").write_bytes(content)
    assert file_checksum(tmp_path / "large") == sha256(content).hexdigest()


def test_the_checksum_of_a_manifest_knows_every_value_and_not_itself():
    manifest = {"study": "a", "runs": 3, "files": {"x": {"bytes": 1}}}
    known = manifest_checksum(manifest)
    assert manifest_checksum(manifest | {"checksum": known}) == known
    others = [manifest | {"study": "b"}, manifest | {"runs": 4}, manifest | {"files": {"x": {"bytes": 2}}}]
    assert len({known, *map(manifest_checksum, others)}) == 4
