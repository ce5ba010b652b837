from pathlib import Path

import pytest

from rag.models.wordnet import WordNet, inflect, read_wordnet

# WordNet's own lines, abridged: a car and a truck are motor vehicles, to buy is to get, to sell its opposite.
NOUNS = """\
  1 This software and database is being provided to you
02961779 06 n 02 car 0 auto 0 001 @ 03796768 n 0000 | a motor vehicle with four wheels
03796768 06 n 01 vehicle 0 000 | a self-propelled wheeled vehicle
04497386 06 n 01 truck 0 001 @ 03796768 n 0000 | an automotive vehicle suitable for hauling
"""
VERBS = """\
02207206 40 v 02 buy 0 purchase 0 002 @ 02210855 v 0000 ! 02244956 v 0101 | obtain by purchase
02244956 40 v 01 sell 0 001 ! 02207206 v 0101 | exchange or deliver for money
02210855 40 v 01 get 0 000 | come into the possession of something
02211000 40 v 01 inherit 0 001 @ 02210855 v 0000 | receive from a predecessor
"""
SENSES = """\
auto%1:06:00:: 02961779 1 9
buy%2:40:00:: 02207206 1 70
car%1:06:00:: 02961779 1 70
car%1:06:01:: 02961000 2 2
inherit%2:40:00:: 02211000 1 5
purchase%2:40:00:: 02207206 1 10
sell%2:40:00:: 02244956 1 40
truck%1:06:00:: 04497386 1 30
"""


@pytest.fixture
def net(tmp_path: Path) -> WordNet:
    (tmp_path / "data.noun").write_text(NOUNS + "02961000 06 n 01 car 1 000 | the compartment of an airship\n")
    (tmp_path / "data.verb").write_text(VERBS)
    (tmp_path / "data.adj").write_text("")
    (tmp_path / "data.adv").write_text("")
    (tmp_path / "index.sense").write_text(SENSES)
    return read_wordnet(tmp_path)


def test_words_of_the_same_meaning_are_inflected_alike(net: WordNet) -> None:
    assert net.same_as("cars") == ["autos"]
    assert net.same_as("bought") == ["purchased"]
    assert net.same_as("zebra") == []


def test_other_words_are_opposites_and_of_the_same_sort(net: WordNet) -> None:
    assert net.other_than("cars") == ["trucks"]
    assert sorted(net.other_than("bought")) == ["inherited", "sold"]


def test_a_kind_tells_the_sort_and_the_ending(net: WordNet) -> None:
    assert [net.kind(word) for word in ("cars", "bought", "selling", "zebra")] == ["n s", "v ed", "v ing", ""]


@pytest.mark.parametrize(
    ("base", "ending", "word"),
    [
        ("agree", "ed", "agreed"),
        ("stop", "ing", "stopping"),
        ("carry", "ed", "carried"),
        ("box", "s", "boxes"),
        ("city", "s", "cities"),
        ("take", "ing", "taking"),
        ("sell", "ed", "sold"),
        ("admit", "ed", "admitted"),
    ],
)
def test_inflections(base: str, ending: str, word: str) -> None:
    assert inflect(base, ending) == word
