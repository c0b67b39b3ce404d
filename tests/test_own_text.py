"""Text files of a teacher's own: decks and questions are read alike."""

import pytest

from psn_viz.classroom.deck import NoDeck, own_deck
from psn_viz.classroom.own_text import LARGEST_FILE, NoText, own_text
from psn_viz.classroom.vote.own_question import own_questions
from psn_viz.classroom.vote.vote_question import NoVote

MARK = b"\xef\xbb\xbf"


@pytest.mark.parametrize("data, told", [
    (None, "No such file"), (b"psn | a\n\xff", "line 2: this is no text in UTF-8"),
    (MARK + b"a\n\xff", "line 2: this is no text"), (b"#" * (LARGEST_FILE + 1), "more than 200000 bytes"),
])  # fmt: skip
def test_decks_and_questions_are_refused_in_the_same_words(tmp_path, data, told):
    path, said = tmp_path / "mine.txt", []
    if data is not None:
        path.write_bytes(data)
    for read, error in ((own_text, NoText), (own_deck, NoDeck), (own_questions, NoVote)):
        with pytest.raises(error) as refused:
            read(path)
        said.append(str(refused.value))
    assert said[0] == said[1] == said[2] and told in said[0] and "mine.txt" in said[0]


@pytest.mark.parametrize("data", [b"# \xc3\xbc\r\n", MARK + b"# \xc3\xbc\r\n"])
def test_a_text_is_read_without_the_mark_of_an_editor(tmp_path, data):
    (tmp_path / "mine.txt").write_bytes(data)
    assert own_text(tmp_path / "mine.txt") == "# ü\r\n"
