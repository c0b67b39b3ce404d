"""Tables as plain text."""

from psn_viz.text_table import text_table


def test_columns_after_the_aligned_ones_stand_to_the_right():
    assert text_table(["a", "bb"], [["x", "1"], ["yyy", "22.5"]]) == ["a      bb", "x       1", "yyy  22.5"]


def test_columns_stand_where_they_are_aligned_and_no_line_ends_with_blanks():
    assert text_table(["a", "bb", "c"], [["xx", "1", "yy"]], align="><<") == [" a  bb  c", "xx  1   yy"]
    assert text_table(["a", "bb"], [["ccc", "d"]], align="<<") == ["a    bb", "ccc  d"]


def test_a_table_without_rows_is_its_head():
    assert text_table(["a", "bb"], []) == ["a  bb"]
