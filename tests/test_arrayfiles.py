"""Array files: what they hold is what is loaded, and what is wrong is said."""

from __future__ import annotations

import errno
import json
import os
import pickle
import tracemalloc
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tcviz.engine.arrays import as_numbers
from tcviz.errors import DataError, complaint
from tcviz.files import reading
from tcviz.request import arrayfiles
from tcviz.request.arrayfiles import READERS, load
from tcviz.request.tables import table

INT64 = "whole numbers from -9223372036854775808 to 9223372036854775807"
LIMIT = 64 * 2**20
ANY = "allowed: whole or real numbers"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def refusal(call: Callable[..., object], *args: object) -> str:
    with pytest.raises(DataError) as caught:
        call(*args)
    return str(caught.value)


def write(name: str, content: str | bytes) -> str:
    Path(name).write_bytes(content.encode() if isinstance(content, str) else content)
    return name


def npy(array: NDArray[Any]) -> bytes:
    file = BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


def npy_header(text: str, version: bytes = b"\x01\x00") -> bytes:
    width = 2 if version == b"\x01\x00" else 4
    return b"\x93NUMPY" + version + len(text).to_bytes(width, "little") + text.encode()


def npz(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return file.getvalue()


def assert_same(actual: NDArray[Any], expected: object, dtype: str) -> None:
    np.testing.assert_array_equal(actual, np.array(expected))
    assert actual.dtype == np.dtype(dtype)


# --- npy --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stored", "loaded"),
    [
        ("i1", "int64"),
        ("<i4", "int64"),
        (">i8", "int64"),
        ("u1", "int64"),
        ("u8", "int64"),
        ("f2", "float64"),
        (">f4", "float64"),
        ("<f8", "float64"),
    ],
)
def test_npy_numbers_become_int64_or_float64(stored: str, loaded: str) -> None:
    write("x.npy", npy(np.array([[1, 2], [3, 4]], stored)))
    assert_same(load("x.npy", "input"), [[1, 2], [3, 4]], loaded)


def test_an_npy_file_in_column_order_keeps_its_places() -> None:
    write("x.npy", npy(np.asfortranarray([[1, 2, 3], [4, 5, 6]])))
    array = load("x.npy", "input")
    assert_same(array, [[1, 2, 3], [4, 5, 6]], "int64")
    assert array.flags.c_contiguous


@pytest.mark.parametrize("version", [b"\x01\x00", b"\x02\x00", b"\x03\x00"])
def test_every_version_of_npy_is_read(version: bytes) -> None:
    header = npy_header("{'descr': '<i8', 'fortran_order': False, 'shape': (1,)}\n", version)
    write("x.npy", header + (5).to_bytes(8, "little"))
    assert_same(load("x.npy", "input"), [5], "int64")


def test_a_header_that_python_2_wrote_is_read_without_a_warning() -> None:
    header = npy_header("{'descr': '<i8', 'fortran_order': False, 'shape': (1L,)}\n")
    write("x.npy", header + (5).to_bytes(8, "little"))
    assert_same(load("x.npy", "input"), [5], "int64")


def test_an_npy_number_without_axes_is_kept_so() -> None:
    write("b.npy", npy(np.array(2.5)))
    assert_same(load("b.npy", "bias"), 2.5, "float64")


def test_nan_and_infinities_are_numbers() -> None:
    write("x.npy", npy(np.array([np.nan, np.inf, -np.inf])))
    assert_same(load("x.npy", "input"), [np.nan, np.inf, -np.inf], "float64")


def test_a_long_double_beyond_float64_is_infinite() -> None:
    write("x.npy", npy(np.array([np.finfo(np.longdouble).max])))
    assert load("x.npy", "input")[0] >= np.finfo(np.float64).max


@pytest.mark.parametrize(
    ("array", "kind"),
    [
        (np.array([1j]), "complex numbers"),
        (np.array(["a"]), "text"),
        (np.array([b"a"]), "text"),
        (np.array([None]), "Python objects"),
        (np.array(["2000-01-01"], "M8[D]"), "dates"),
        (np.array([1], "m8[s]"), "dates"),
        (np.array([(1, 2)], "i4,i4"), "records"),
    ],
)
def test_npy_of_no_numbers_is_refused(array: NDArray[Any], kind: str) -> None:
    expected = f"weight is 'x.npy', an array of {kind}; allowed: whole or real numbers"
    assert refusal(load, write("x.npy", npy(array)), "weight") == expected


def test_whole_numbers_beyond_int64_are_refused() -> None:
    write("x.npy", npy(np.array([1, 2**63], np.uint64)))
    expected = f"input is 'x.npy', an array with 9223372036854775808; allowed: {INT64}"
    assert refusal(load, "x.npy", "input") == expected


def test_an_array_without_values_is_refused() -> None:
    write("x.npy", npy(np.zeros((0, 3))))
    expected = "input is 'x.npy', an empty array of shape (0, 3); allowed: at least one number"
    assert refusal(load, "x.npy", "input") == expected


class Trap:
    """Unpickling this would leave a mark."""

    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return os.mkdir, ("sprung",)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (npy(np.array([Trap()])), "an array of Python objects"),
        (pickle.dumps(Trap()), "pickled Python objects"),
        (pickle.dumps(Trap(), protocol=2), "pickled Python objects"),
    ],
)
def test_nothing_is_unpickled(content: bytes, what: str) -> None:
    expected = f"input is 'x.npy', {what}; allowed: whole or real numbers"
    assert refusal(load, write("x.npy", content), "input") == expected
    assert not Path("sprung").exists()


# --- npz --------------------------------------------------------------------


def test_an_npz_file_of_one_array_needs_no_name() -> None:
    np.savez("a.npz", only=[1, 2])
    assert_same(load("a.npz", "input"), [1, 2], "int64")


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_a_name_picks_the_array(save: Callable[..., None]) -> None:
    save("a.npz", x=[1], w=[2.5])
    assert_same(load("a.npz:w", "weight"), [2.5], "float64")


def test_a_name_may_end_in_npy_as_the_archive_has_it() -> None:
    np.savez("a.npz", x=[1], w=[2])
    assert_same(load("a.npz:w.npy", "weight"), [2], "int64")


def test_several_arrays_without_a_name_are_listed() -> None:
    np.savez("a.npz", x=[1], w=[2])
    expected = "input is 'a.npz', a file of 2 arrays; allowed: one of x, w; write a.npz:x"
    assert refusal(load, "a.npz", "input") == expected


def test_an_unknown_name_suggests_the_nearest() -> None:
    np.savez("a.npz", image=[1], kernel=[2])
    expected = (
        "input is 'a.npz:imgae', an unknown member; allowed: image, kernel; did you mean image?"
    )
    assert refusal(load, "a.npz:imgae", "input") == expected


def test_an_unknown_name_is_refused_where_one_array_is_alone() -> None:
    np.savez("a.npz", x=[1])
    assert refusal(load, "a.npz:", "input") == "input is 'a.npz:', an unknown member; allowed: x"


def test_names_stay_on_one_line() -> None:
    write("a.npz", npz({"x\ny": npy(np.array(1)), "z": npy(np.array(1))}))
    assert "one of x\\ny, z" in refusal(load, "a.npz", "input")


def test_an_npz_file_of_other_things_is_refused() -> None:
    with zipfile.ZipFile("a.npz", "w") as archive:
        archive.writestr("readme.txt", "hello")
    expected = "input is 'a.npz', a file of no arrays; allowed: at least one .npy member"
    assert refusal(load, "a.npz", "input") == expected


def test_a_member_of_no_numbers_is_refused() -> None:
    np.savez("a.npz", words=["a"])
    expected = "input is 'a.npz', an array of text; allowed: whole or real numbers"
    assert refusal(load, "a.npz", "input") == expected


def test_a_colon_elsewhere_is_part_of_the_path() -> None:
    Path("C:").mkdir()
    np.savez("C:/x.npz", a=[1], b=[2])
    assert_same(load("C:/x.npz:b", "input"), [2], "int64")


def test_a_drive_s_colon_splits_no_path() -> None:
    assert arrayfiles.split(r"C:\x.npz") == (Path(r"C:\x.npz"), None)
    assert arrayfiles.split(r"C:\x.npz:a") == (Path(r"C:\x.npz"), "a")


# --- csv --------------------------------------------------------------------

COMMAS, SEMICOLONS, TABS = (f", with {seen} between cells" for seen in ("','", "';'", "tabs"))
REAL, ONE = "whole or real numbers", "one of them between all cells"
DECIMALS = "one decimal sign, a point or a comma"
THOUSANDS = "a point for decimals, and nothing between thousands"
NAMES = "numbers alone, or a name for each column"


@pytest.mark.parametrize(
    ("text", "values", "dtype"),
    [
        ("1,2\n3,-4\n", [[1, 2], [3, -4]], "int64"),
        ("1,2\r\n3,4", [[1, 2], [3, 4]], "int64"),
        ("1,2.5\n3,4\n", [[1, 2.5], [3, 4]], "float64"),
        ("1e3,nan\ninf,-Infinity\n", [[1000, np.nan], [np.inf, -np.inf]], "float64"),
        (" 1 , 2\n", [[1, 2]], "int64"),
        ('"1","2"\n', [[1, 2]], "int64"),
        ("\ufeff1,2\n", [[1, 2]], "int64"),
        ("7\n\n \n", [[7]], "int64"),
        ("9007199254740993\n", [[9007199254740993]], "int64"),
        ("1,5;2\n3;-4,25\n", [[1.5, 2], [3, -4.25]], "float64"),
        ("1,234;2\n", [[1.234, 2]], "float64"),
        ("1,5\t2\n3\t1e3\n", [[1.5, 2], [3, 1000]], "float64"),
        ('"1,5","2"\n', [[1.5, 2]], "float64"),
        ("1 2\n3   4\n", [[1, 2], [3, 4]], "int64"),
        ("1, 2\n3,\t4\n".replace("\t", " "), [[1, 2], [3, 4]], "int64"),
        ("a,b\n1,2\n", [[1, 2]], "int64"),
        ('"Höhe; in m";x\n1;2\n', [[1, 2]], "int64"),
        ("Messung\n1;2\n", [[1, 2]], "int64"),
        ('# by "us\n1,2 # first\n  # more\n3,4\n', [[1, 2], [3, 4]], "int64"),
        ('"1" , "2"\n', [[1, 2]], "int64"),
        ('"a\nb",c\n1,2\n', [[1, 2]], "int64"),
        ("sep=;\r\n1;2\r\n", [[1, 2]], "int64"),
        ("1;2;\r\n3;4;\r\n;;\r\n", [[1, 2], [3, 4]], "int64"),
        ("\ufeffx\ty\r1\t2\r", [[1, 2]], "int64"),
        ("7\n8\n9\n", [[7], [8], [9]], "int64"),
    ],
)
def test_csv_is_a_table_of_rows_and_columns(text: str, values: object, dtype: str) -> None:
    assert_same(load(write("x.csv", text), "input"), values, dtype)


@pytest.mark.parametrize(
    ("text", "what", "allowed"),
    [
        ("1,2\n3,a\n", f"an array with 'a' in line 2, column 2{COMMAS}", REAL),
        ("1,2\n,4\n", f"an array with '' in line 2, column 1{COMMAS}", REAL),
        ("1_000\n", "an array with '1_000' in line 1, column 1", REAL),
        ("1\n9223372036854775808", "an array with 9223372036854775808 in line 2, column 1", INT64),
        ("1,2\n3\n4,5\n", f"a table whose line 2 ends at column 1{COMMAS}", "column 2, as line 1"),
        ("1,2\n\n4,5\n", "a table whose line 2 is empty", "one table: rows without a gap"),
        ("# a\n1;x", f"an array with 'x' in line 2, column 2{SEMICOLONS}", REAL),
        ("1;2\n3,4", f"a table whose line 2 ends at column 2{COMMAS}", "column 1, as line 1"),
        ("1,2\n3;4", f"a table whose line 2 ends at column 2{SEMICOLONS}", "column 1, as line 1"),
        ("1;2\n3;4\n5\t6", "a table with ';' in line 2 and tabs in line 3", ONE),
        ("1,5;2.5", f"a table with '1,5' in line 1 and '2.5' in line 1{SEMICOLONS}", DECIMALS),
        ("1,234\t5", f"a table with '1,234' in line 1, which is 1.234 or 1234{TABS}", THOUSANDS),
        ('"1,234",5', f"a table with '1,234' in line 1, which is 1.234 or 1234{COMMAS}", THOUSANDS),
        ("1.234,5;6", f"an array with '1.234,5' in line 1, column 1{SEMICOLONS}", REAL),
        (",a\n0,1", f"a table whose first column has no name in line 1{COMMAS}", NAMES),
        (",0\n0,1", f"an array with '' in line 1, column 1{COMMAS}", REAL),
        ("a,b\nc,d\n1,2", f"an array with 'c' in line 2, column 1{COMMAS}", REAL),
        ("a,b\n", f"an array with 'a' in line 1, column 1{COMMAS}", REAL),
        ("\n \n", "an empty array of shape (0,)", "at least one number"),
    ],
)
def test_csv_errors_name_line_and_column_and_what_stands_between_cells(
    text: str, what: str, allowed: str
) -> None:
    expected = f"input is 'x.csv', {what}; allowed: {allowed}"
    assert refusal(load, write("x.csv", text), "input") == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_csv_is_read_in_the_encodings_that_spreadsheets_write(encoding: str) -> None:
    name = write("x.csv", "Höhe\tTiefe\r\n1\t2\r\n".encode(encoding))
    assert_same(load(name, "input"), [[1, 2]], "int64")


@st.composite
def spreadsheets(draw: st.DrawFn) -> tuple[NDArray[Any], str]:
    """Draw numbers, and a way in which a spreadsheet writes them."""
    between = draw(st.sampled_from([";", "\t", ",", " "]))
    numbers = st.one_of(st.integers(-(10**6), 10**6), st.integers(-9999, 9999).map(lambda n: n / 8))
    shape = draw(st.tuples(st.integers(1, 4), st.integers(2, 4)))
    rows = [[draw(numbers) for _ in range(shape[1])] for _ in range(shape[0])]
    comma, quotes = between == ";" and draw(st.booleans()), draw(st.booleans())
    pad = " " * draw(st.integers(0, 1)) if between != " " else ""
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))

    def cell(value: object) -> str:
        text = str(value).replace(".", ",") if comma else str(value)
        return f'{pad}"{text}"{pad}' if quotes and between != " " else f"{pad}{text}{pad}"

    lines = [between.join(map(cell, row)) for row in rows]
    if draw(st.booleans()):
        lines.insert(0, between.join(f"name{n}" for n in range(shape[1])))
    if draw(st.booleans()):
        lines.insert(draw(st.integers(0, len(lines))), "# a note, with ; and , and \t in it")
    return np.array(rows), draw(st.sampled_from(["", "\ufeff"])) + end.join([*lines, ""])


@given(spreadsheets())
def test_numbers_come_back_however_a_spreadsheet_wrote_them(case: tuple[Any, str]) -> None:
    numbers, text = case
    np.testing.assert_array_equal(table(text).rows, numbers)


def test_a_cell_too_long_for_a_number_is_shortened() -> None:
    write("x.csv", "9" * 5000)
    expected = f"an array with '{'9' * 25}…{'9' * 12}' in line 1, column 1; {ANY}"
    assert refusal(load, "x.csv", "input") == f"input is 'x.csv', {expected}"


# --- json -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "values", "dtype"),
    [
        ("[[1, 2], [3, 4]]", [[1, 2], [3, 4]], "int64"),
        ("[[[1]], [[2.5]]]", [[[1]], [[2.5]]], "float64"),
        ("[NaN, Infinity, -Infinity]", [np.nan, np.inf, -np.inf], "float64"),
        ("3", 3, "int64"),
        ("[[1, true], [false, 2]]", [[1, 1], [0, 2]], "int64"),
        (f"[{-(2**63)}, {2**63 - 1}]", [-(2**63), 2**63 - 1], "int64"),
    ],
)
def test_json_is_nested_lists(text: str, values: object, dtype: str) -> None:
    assert_same(load(write("x.json", text), "input"), values, dtype)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_json_in_another_encoding_of_unicode_is_read(encoding: str) -> None:
    write("x.json", "[1]".encode(encoding))
    assert_same(load("x.json", "input"), [1], "int64")


@pytest.mark.parametrize(
    ("text", "what", "allowed"),
    [
        ("[1, null]", "an array with None at [1]", "whole or real numbers"),
        ('["a"]', "an array with 'a' at [0]", "whole or real numbers"),
        ('{"x": [1]}', "an array with {'x': [1]}", "whole or real numbers"),
        ("[9223372036854775808]", "an array with 9223372036854775808 at [0]", INT64),
        ("[0.5, -9223372036854775809]", "an array with -9223372036854775809 at [1]", INT64),
        ("[[1, 2, 3], [4, 5]]", "ragged, [4, 5] beside [1, 2, 3]", "lists of equal length"),
        ("[[1, 2], 3]", "ragged, 3 beside [1, 2]", "lists of equal length"),
        ("[[], []]", "an empty array of shape (2, 0)", "at least one number"),
    ],
)
def test_json_errors_name_the_place(text: str, what: str, allowed: str) -> None:
    expected = f"input is 'x.json', {what}; allowed: {allowed}"
    assert refusal(load, write("x.json", text), "input") == expected


def test_json_errors_name_line_and_column() -> None:
    expected = (
        "input is 'x.json', a broken file (Expecting value: line 2 column 1 (char 4)); "
        "allowed: a whole file"
    )
    assert refusal(load, write("x.json", "[1,\n"), "input") == expected


# --- broken files -----------------------------------------------------------

WHOLE_NPY = npy(np.arange(6).reshape(2, 3))
WHOLE_NPZ = npz({"x": WHOLE_NPY, "y": WHOLE_NPY})
F8 = "{'descr': '<f8', 'fortran_order': False, 'shape': %s}\n"


def with_bytes(data: bytes, marker: bytes, offset: int, new: bytes) -> bytes:
    """Return `data` with `new` at `offset` from each header that starts with `marker`."""
    parts = data.split(marker)
    at = offset - len(marker)
    tails = [part[:at] + new + part[at + len(new) :] for part in parts[1:]]
    return marker.join([parts[0], *tails])


ENCRYPTED = with_bytes(npz({"x": WHOLE_NPY}), b"PK\x01\x02", 8, b"\x01\x00")
ENTRY_LIES = with_bytes(
    npz({"x": npy(np.zeros(10_000))}), b"PK\x01\x02", 24, (200).to_bytes(4, "little")
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("not npy.npy", b"hello"),
        ("a zip archive.npy", WHOLE_NPZ),
        ("a short magic.npy", WHOLE_NPY[:5]),
        ("a short header.npy", WHOLE_NPY[:40]),
        ("a short body.npy", WHOLE_NPY[:-8]),
        ("half a number.npy", WHOLE_NPY[:-3]),
        ("no body.npy", WHOLE_NPY[:128]),
        ("a long body.npy", WHOLE_NPY + bytes(8)),
        ("a negative shape.npy", npy_header(F8 % "(-1,)")),
        ("a header of no dictionary.npy", npy_header("[]")),
        ("a header that is no Python.npy", npy_header("{'descr'")),
        ("a header of an unknown type.npy", npy_header(F8.replace("<f8", "q9") % "(1,)")),
        ("a header too large.npy", npy_header(F8 % f"({'1,' * 6000})")),
        ("not npz.npz", b"hello"),
        ("an array.npz", WHOLE_NPY),
        ("a short archive.npz", WHOLE_NPZ[:-30]),
        ("an empty member.npz", npz({"x": b""})),
        ("a changed member.npz", with_bytes(npz({"x": WHOLE_NPY}), b"PK\x03\x04", 60, b"\xff\xff")),
        ("an encrypted member.npz", ENCRYPTED),
        ("an entry that says too little.npz", ENTRY_LIES),
        ("an unbounded compression.npz", npz({"x": WHOLE_NPY}, zipfile.ZIP_BZIP2)),
        ("an open quote.csv", b'"1,2'),
        ("not JSON.json", b"1,2"),
        ("not Unicode.json", b'["\xff"]'),
        ("too deep.json", b"[" * 100_000),
        ("too many digits.json", b"9" * 5000),
    ],
)
def test_a_broken_file_is_refused(name: str, content: bytes) -> None:
    message = refusal(load, write(name, content), "bias")
    assert message.startswith(f"bias is {name!r}, a broken file (")
    assert message.endswith("); allowed: a whole file")
    assert "\n" not in message


def test_a_broken_file_says_what_is_broken() -> None:
    write("x.npz", b"hello")
    expected = "input is 'x.npz', a broken file (File is not a zip file); allowed: a whole file"
    assert refusal(load, "x.npz", "input") == expected


@given(st.sampled_from(["x.npy", "x.npz:x"]), st.integers(0, 600), st.binary(max_size=6))
def test_damage_anywhere_gives_an_array_or_an_error(spec: str, at: int, damage: bytes) -> None:
    data = WHOLE_NPY if spec == "x.npy" else WHOLE_NPZ
    write(spec.removesuffix(":x"), data[:at] + damage + data[at + len(damage) :])
    try:
        array = load(spec, "input")
    except DataError:
        return
    assert array.dtype in (np.int64, np.float64)


# --- files too large --------------------------------------------------------


def test_a_file_too_large_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("x.csv").open("wb") as file:
        file.truncate(LIMIT + 1)
    monkeypatch.delattr(reading, "_at_once")
    expected = "input is 'x.csv', 67,108,865 bytes on disk; allowed: up to 67,108,864 bytes"
    assert refusal(load, "x.csv", "input") == expected


@pytest.mark.parametrize(
    ("descr", "shape", "size"),
    [
        ("<f8", "(4096, 2049)", "67,141,632"),
        ("|i1", "(4096, 2049)", "67,141,632"),
        ("<f8", f"({10**30},)", f"{8 * 10**30:,}"),
    ],
)
def test_a_header_that_says_too_much_is_refused(descr: str, shape: str, size: str) -> None:
    write("x.npy", npy_header(F8.replace("<f8", descr) % shape))
    expected = f"input is 'x.npy', {size} bytes of numbers; allowed: up to 67,108,864 bytes"
    assert refusal(load, "x.npy", "input") == expected


def test_an_archive_is_not_unpacked_beyond_the_limit() -> None:
    write("a.npz", npz({"x": bytes(LIMIT + 1)}))
    tracemalloc.start()
    message = refusal(load, "a.npz", "input")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert message == "input is 'a.npz', 67,108,865 bytes unpacked; allowed: up to 67,108,864 bytes"
    assert peak < 2**20


def test_an_entry_that_lies_is_not_unpacked_further_than_it_says() -> None:
    bomb = npz({"x": bytes(LIMIT)})
    write("a.npz", with_bytes(bomb, b"PK\x01\x02", 24, (1000).to_bytes(4, "little")))
    tracemalloc.start()
    refusal(load, "a.npz", "input")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**20


# --- paths ------------------------------------------------------------------


def test_a_path_object_will_do() -> None:
    write("x.json", "[1]")
    assert_same(load(Path("x.json"), "input"), [1], "int64")


@pytest.mark.parametrize("suffix", READERS)
def test_a_suffix_may_be_in_capitals(suffix: str) -> None:
    contents = {".npy": npy(np.array([[1]])), ".csv": b"1", ".json": b"[[1]]"}
    contents[".npz"] = npz({"x": contents[".npy"]})
    write(f"x{suffix.upper()}", contents[suffix])
    assert_same(load(f"x{suffix.upper()}", "input"), [[1]], "int64")


@pytest.mark.parametrize(
    ("spec", "tail"),
    [
        ("image.npy", "a missing file; allowed: a file that exists; did you mean image.csv?"),
        ("zzz.npy", "a missing file; allowed: a file that exists"),
        ("nowhere/x.npy", "a missing file; allowed: a file that exists"),
        ("folder", "a folder; allowed: a file"),
        ("folder.npy", "a folder; allowed: a file"),
        ("notes.jsn", "a .jsn file; allowed: .npy, .npz, .csv, .json; did you mean .json?"),
        ("notes.txt", "a .txt file; allowed: .npy, .npz, .csv, .json"),
        ("notes", "a file without a suffix; allowed: .npy, .npz, .csv, .json"),
        ("nothing.csv", "an empty file; allowed: at least one number"),
        ("image.csv/x.npy", "unreadable (Not a directory); allowed: a readable file"),
        (f"{'x' * 256}.npy", "unreadable (File name too long); allowed: a readable file"),
        ("x\0.npy", "unreadable (embedded null byte); allowed: a readable file"),
    ],
)
def test_a_path_to_no_array_file_is_refused(spec: str, tail: str) -> None:
    Path("folder").mkdir()
    Path("folder.npy").mkdir()
    for name in ("image.csv", "notes.jsn", "notes.txt", "notes"):
        write(name, "1")
    write("nothing.csv", "")
    assert refusal(load, spec, "input") == complaint(
        "input", *f"{spec!r}, {tail}".split("; allowed: ")
    )


def test_a_file_without_permission_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(*_: object) -> int:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    write("x.npy", WHOLE_NPY)
    monkeypatch.setattr(reading, "_at_once", deny)
    expected = "input is 'x.npy', unreadable (Permission denied); allowed: a readable file"
    assert refusal(load, "x.npy", "input") == expected


def test_a_pipe_is_refused_and_not_waited_for() -> None:
    os.mkfifo("x.npy")
    expected = "input is 'x.npy', a pipe or a device; allowed: a regular file"
    assert refusal(load, "x.npy", "input") == expected


@pytest.mark.parametrize("suffix", READERS)
def test_what_is_loaded_cannot_be_changed(suffix: str) -> None:
    contents = {".npy": npy(np.array([[1]])), ".csv": b"1", ".json": b"[[1]]"}
    contents[".npz"] = npz({"x": contents[".npy"]})
    array = load(write(f"x{suffix}", contents[suffix]), "input")
    with pytest.raises(ValueError, match="read-only"):
        array[0, 0] = 2


# --- arrays in memory -------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "expected", "dtype"),
    [
        (3, 3, "int64"),
        (2.5, 2.5, "float64"),
        ([[1, 2], (3, 4)], [[1, 2], [3, 4]], "int64"),
        ([1, 2.5], [1, 2.5], "float64"),
        ([np.int8(1), 2], [1, 2], "int64"),
        ([np.float32(0.5), 2], [0.5, 2], "float64"),
        ([np.array([1, 2]), [3, 4]], [[1, 2], [3, 4]], "int64"),
        (np.array([1, 2], np.uint8), [1, 2], "int64"),
        (np.array([0.5], np.float16), [0.5], "float64"),
        (True, 1, "int64"),
        ([1, True], [1, 1], "int64"),
        (np.array([True, False]), [1, 0], "int64"),
        (np.array([1, 2], ">i2"), [1, 2], "int64"),
        (range(3), [0, 1, 2], "int64"),
    ],
)
def test_whatever_makes_an_array_of_numbers_will_do(
    values: object, expected: object, dtype: str
) -> None:
    assert_same(as_numbers(values, "input"), expected, dtype)


@pytest.mark.parametrize(
    ("values", "what", "allowed"),
    [
        (1j, "an array of complex numbers", "whole or real numbers"),
        ("12", "an array of text", "whole or real numbers"),
        ({1, 2}, "a set", "an array of whole or real numbers"),
        ([[1, 2], [3, None]], "an array with None at [1, 1]", "whole or real numbers"),
        (np.array([None]), "an array of Python objects", "whole or real numbers"),
        ([], "an empty array of shape (0,)", "at least one number"),
        ([[1, 2], [3]], "ragged, [3] beside [1, 2]", "lists of equal length"),
        ([2**63], "an array with 9223372036854775808 at [0]", INT64),
        (np.array([2**64 - 1], np.uint64), "an array with 18446744073709551615", INT64),
    ],
)
def test_what_makes_no_array_of_numbers_is_refused(values: object, what: str, allowed: str) -> None:
    assert refusal(as_numbers, values, "input") == f"input is {what}; allowed: {allowed}"


class NoArray:
    def __array__(self, *_: object, **__: object) -> NDArray[Any]:
        raise RuntimeError("call\n.detach() first")


def test_an_object_that_refuses_to_be_an_array_says_why() -> None:
    expected = (
        "weight is a NoArray that makes no array (call .detach() first); "
        "allowed: whole or real numbers"
    )
    assert refusal(as_numbers, NoArray(), "weight") == expected


def test_the_caller_s_array_is_copied() -> None:
    mine = np.array([1, 2])
    ours = as_numbers(mine, "input")
    mine[0] = 9
    assert ours.tolist() == [1, 2]


def test_a_view_that_its_owner_may_still_write_is_copied() -> None:
    mine = np.array([1, 2])
    view = mine.view()
    view.setflags(write=False)
    ours = as_numbers(view, "input")
    mine[0] = 9
    assert ours.tolist() == [1, 2]


def test_an_array_that_is_frozen_already_is_not_copied() -> None:
    write("x.json", json.dumps([1, 2]))
    loaded = load("x.json", "input")
    assert as_numbers(loaded, "input") is loaded
