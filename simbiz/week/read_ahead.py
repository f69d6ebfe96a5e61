"""Reading ahead: a record is fetched from memory while another one is worked on."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

CACHE_LINE = 64  # bytes
_TO_READ, _AND_KEEP, _DATA = 0, 3, 1


def _fetch(typing: Any, record: Any) -> Any:
    """Ask the memory for every cache line of a record; nothing waits for it, and nothing changes."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        fetch_line = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
        place = builder.bitcast(arguments[0], byte)
        for offset in range(0, signature.args[0].size, CACHE_LINE):
            line = builder.gep(place, [ir.IntType(64)(offset)])
            builder.call(fetch_line, [line, number(_TO_READ), number(_AND_KEEP), number(_DATA)])
        return context.get_dummy_value()

    return types.none(record), code


fetch: Any = intrinsic(_fetch)
