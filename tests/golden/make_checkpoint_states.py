#!/usr/bin/env python3
"""Writes checkpoint_states.txt: odd `checkpoint` files and what TensorFlow makes of them.

Run with a Python that has TensorFlow:  make_checkpoint_states.py > checkpoint_states.txt

One case a line, three fields with a tab between: name, the file's bytes, TensorFlow's answer. Bytes
outside printable ASCII, "%" and tabs are %XX. The answer is "none" (TensorFlow passes over the
file), "invalid" (ValueError: it names no checkpoint), or the message that it parsed, in protobuf's
text form and encoded likewise.
"""

import os
import sys
import tempfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import tensorflow as tf  # noqa: E402
from google.protobuf import text_format  # noqa: E402
from tensorflow.python.training.checkpoint_state_pb2 import CheckpointState  # noqa: E402

PATH = b'model_checkpoint_path: "m"'
ALL = b" all_model_checkpoint_paths: "
LAST = b" last_preserved_timestamp: "

CASES = {
    "plain": PATH + b"\n" + ALL[1:] + b'"m-0"\n' + ALL[1:] + b'"m"\n',
    "no_bytes": b"",
    "white_space": b"   \n\t ",
    "comment_only": b"# nothing",
    "empty_path": b'model_checkpoint_path: ""\n',
    "no_latest": ALL[1:] + b'"m"',
    "unknown_field": PATH + b"\nfoo: 1\n",
    "field_by_number": b'1: "m"',
    "field_in_capitals": b'Model_Checkpoint_Path: "m"',
    "extension": b'[foo.bar]: "m" ' + PATH,
    "separators": PATH + b";" + ALL + b'"m";' + ALL + b'"n",',
    "two_separators": PATH + b";;" + ALL + b'"m"',
    "two_commas": PATH + b",,",
    "separator_first": b";" + PATH,
    "list": PATH + ALL + b'["a", "b"]',
    "list_ends_in_comma": PATH + ALL + b'["a", "b",]',
    "list_empty": PATH + ALL + b"[]",
    "list_of_one_field": b'model_checkpoint_path: ["m"]',
    "list_adjacent": PATH + ALL + b'["a" "c", "b"]',
    "list_semicolon": PATH + ALL + b'["a"; "b"]',
    "list_open": PATH + ALL + b'["a"',
    "list_without_colon": PATH + b' all_model_checkpoint_paths ["a"]',
    "crlf": PATH + b"\r\n" + ALL[1:] + b'"m"\r\n',
    "cr": PATH + b"\r" + ALL[1:] + b'"m"\r',
    "form_feed": b'model_checkpoint_path:\f"m"\v',
    "single_quotes": b"model_checkpoint_path: 'm'",
    "mixed_quotes": b"model_checkpoint_path: 'm\"",
    "quote_in_other": b"model_checkpoint_path: '\"'",
    "escapes": rb'model_checkpoint_path: "a\n\t\"\'\\\101\x41z"',
    "escapes_control": rb'model_checkpoint_path: "a\a\b\f\v\r"',
    "escape_question_mark": rb'model_checkpoint_path: "\?"',
    "escape_unknown": rb'model_checkpoint_path: "\q"',
    "escape_x_one": rb'model_checkpoint_path: "\x4"',
    "escape_x_three": rb'model_checkpoint_path: "\x414"',
    "escape_x_none": rb'model_checkpoint_path: "\xg"',
    "escape_x_capital": rb'model_checkpoint_path: "\X41"',
    "escape_octal_short": rb'model_checkpoint_path: "\7a"',
    "escape_octal_long": rb'model_checkpoint_path: "\1011"',
    "escape_octal_large": rb'model_checkpoint_path: "\400"',
    "escape_octal_utf8": rb'model_checkpoint_path: "\303\251"',
    "escape_octal_not_utf8": rb'model_checkpoint_path: "\303"',
    "escape_eight": rb'model_checkpoint_path: "\8"',
    "escape_nul": rb'model_checkpoint_path: "a\0b"',
    "escape_u": rb'model_checkpoint_path: "\u0041\u00e9\U0001F600"',
    "escape_u_short": rb'model_checkpoint_path: "\u12"',
    "escape_u_surrogate": rb'model_checkpoint_path: "\ud800"',
    "escape_u_too_large": rb'model_checkpoint_path: "\U00110000"',
    "escape_name": rb'model_checkpoint_path: "\N{BULLET}"',
    "escape_backslash_u": rb'model_checkpoint_path: "\\u0041\\x4"',
    "escape_newline": b'model_checkpoint_path: "a\\\nb"',
    "escape_at_end": b'model_checkpoint_path: "a\\"',
    "newline_in_string": b'model_checkpoint_path: "a\nb"',
    "unclosed": b'model_checkpoint_path: "m',
    "tab_in_string": b'model_checkpoint_path: "a\tb\rc"',
    "hash_in_string": b'model_checkpoint_path: "a#b"',
    "nul_in_string": b'model_checkpoint_path: "m\0n"',
    "nul_outside": PATH + b"\n\0",
    "adjacent": b'model_checkpoint_path: "a" "b" \'c\'"d"',
    "comments": b"# hi\n" + PATH + b" # x\n# end",
    "comment_between": b'model_checkpoint_path: # c\n "m"',
    "comment_slashes": b"// c\n" + PATH,
    "last_wins": b'model_checkpoint_path: "a"\nmodel_checkpoint_path: "b"\n',
    "any_order": ALL[1:] + b'"a"\nmodel_checkpoint_path: "b"\n',
    "no_space": b'model_checkpoint_path:"m"all_model_checkpoint_paths:"m"',
    "space_before_colon": b'model_checkpoint_path : "m"',
    "no_colon": b'model_checkpoint_path "m"',
    "two_colons": b'model_checkpoint_path:: "m"',
    "no_value": b"model_checkpoint_path:",
    "no_quotes": b"model_checkpoint_path: m",
    "number_for_string": b"model_checkpoint_path: 3",
    "message_for_string": b"model_checkpoint_path: { }",
    "in_braces": b"{ " + PATH + b" }",
    "brace_at_end": PATH + b" }",
    "utf8": 'model_checkpoint_path: "modèle-1"'.encode(),
    "not_utf8": b'model_checkpoint_path: "m\xff"',
    "not_utf8_in_comment": b"# \xff\n" + PATH,
    "byte_order_mark": b"\xef\xbb\xbf" + PATH,
    "table_magic": b"\x57\xfb\x80\x8b\x24\x75\x47\xdb",
    "absolute": b'model_checkpoint_path: "/abs/m-1"' + ALL + b'"../rel/m"',
    "timestamps": PATH + b"\nall_model_checkpoint_timestamps: 1700000000.25" + LAST + b"1.5e9",
    "timestamps_list": PATH + b" all_model_checkpoint_timestamps: [1, 2.5, 1e22, 1e-7, 123456789012345678]",
    "time_twice": PATH + LAST + b"1" + LAST + b"2",
    "time_integer": PATH + LAST + b"15",
    "time_suffix": PATH + LAST + b"1.5f",
    "time_suffix_integer": PATH + LAST + b"1F",
    "time_negative": PATH + LAST + b"-1.5",
    "time_plus": PATH + LAST + b"+5",
    "time_plus_minus": PATH + LAST + b"+-5",
    "time_minus_apart": PATH + LAST + b"- 1.5",
    "time_inf": PATH + LAST + b"inf",
    "time_infinity": PATH + LAST + b"-Infinity",
    "time_inff": PATH + LAST + b"inff",
    "time_INF": PATH + LAST + b"INF",
    "time_nan": PATH + LAST + b"nan",
    "time_nanf": PATH + LAST + b"nanf",
    "time_minus_nan": PATH + LAST + b"-nan",
    "time_hexadecimal": PATH + LAST + b"0x10",
    "time_octal": PATH + LAST + b"010",
    "time_zeros": PATH + LAST + b"00",
    "time_octal_fraction": PATH + LAST + b"08.5",
    "time_no_integer": PATH + LAST + b".5",
    "time_no_fraction": PATH + LAST + b"5.",
    "time_exponent": PATH + LAST + b"1e5",
    "time_exponent_cut": PATH + LAST + b"1e",
    "time_overflow": PATH + LAST + b"1e999",
    "time_negative_overflow": PATH + LAST + b"-1e999",
    "time_underflow": PATH + LAST + b"1e-999",
    "time_long": PATH + LAST + b"99999999999999999999999999",
    "time_two_points": PATH + LAST + b"1.5.5",
    "time_underscore": PATH + LAST + b"1_5",
    "time_two_underscores": PATH + LAST + b"1__5",
    "time_underscore_end": PATH + LAST + b"15_",
    "time_string": PATH + LAST + b'"5"',
    "time_word": PATH + LAST + b"abc",
    "time_bool": PATH + LAST + b"true",
    "time_and_word": PATH + LAST + b"3model",
}


def encoded(data):
    return "".join(
        chr(b) if 0x20 <= b < 0x7F and b != 0x25 else f"%{b:02X}" for b in data)


def answer(folder, data):
    with open(os.path.join(folder, "checkpoint"), "wb") as file:
        file.write(data)
    try:
        if tf.train.get_checkpoint_state(folder) is None:
            return "none"
    except ValueError as error:  # UnicodeDecodeError is one, too
        return "none" if isinstance(error, UnicodeDecodeError) else "invalid"
    message = text_format.Merge(data.decode(), CheckpointState())
    return encoded(text_format.MessageToString(message).encode())


def main():
    tf.get_logger().setLevel("FATAL")
    print(f"# TensorFlow {tf.__version__}; made by make_checkpoint_states.py")
    with tempfile.TemporaryDirectory() as folder:
        for name, data in CASES.items():
            print(name, encoded(data), answer(folder, data), sep="\t")
    return 0


if __name__ == "__main__":
    sys.exit(main())
