import random
from pathlib import Path

import pytest
from test_index_support import HashedWords

from index import Index, build
from index.duplicates import COPIED, FEWEST, SHINGLE, contained, held, shingles, sketch

WORDS = "river mayor tram vote budget storm court union harbour winter school police minister strike bridge prize".split()


def story(seed: int, paragraphs: int = 6) -> str:
    """Return made-up paragraphs of 60 words each."""
    chance = random.Random(seed)
    return "\n".join(" ".join(f"{chance.choice(WORDS)}{chance.randrange(40)}" for _ in range(60)) + "." for _ in range(paragraphs))


def reworded(text: str, share: float) -> str:
    chance = random.Random(1)
    return " ".join(f"other{chance.randrange(10**6)}" if chance.random() < share else word for word in text.split(" "))


AGENCY = story(0)
COPIES = {
    "the same": AGENCY,
    "other case, marks and spaces": AGENCY.upper().replace(".", " ...").replace(" ", "  "),
    "an outlet's line more": f"By our staff and agencies, The Daily Example\n{AGENCY}\nThis story was first published elsewhere.",
    "half of the paragraphs": "\n".join(AGENCY.split("\n")[::2]),
    "one word in ten reworded": reworded(AGENCY, 0.1),
    "merged with another": f"{AGENCY}\n{story(1)}",
}


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES.keys())
def test_copies_hold_what_they_copy(copy: str) -> None:
    assert contained(shingles(AGENCY), shingles(copy)) >= COPIED


@pytest.mark.parametrize("other", [story(1), reworded(AGENCY, 0.5), ""], ids=["another story", "half of it reworded", "nothing"])
def test_what_is_no_copy(other: str) -> None:
    assert contained(shingles(AGENCY), shingles(other)) < COPIED


def test_shingles_are_runs_of_words() -> None:
    assert SHINGLE == 4
    assert len(shingles("one two three four five six")) == 3
    assert list(shingles("Café “one”, TWO\nthree")) == list(shingles("café one two three"))
    assert list(shingles("one two")) == list(shingles("One, two!"))
    assert len(shingles("Київ прийняв трамвай сьогодні")) == 1
    assert list(shingles("...")) == []
    assert list(shingles("\ud800 word")) != []


def test_what_of_a_part_a_whole_has() -> None:
    whole = shingles("one two three four five six seven eight")
    assert held(shingles("two three four five six"), whole) == 1.0
    assert held(shingles("two three four five apart"), whole) == 0.5
    assert held(shingles(""), whole) == 1.0


def test_a_sketch_is_a_share_of_the_shingles_and_never_few() -> None:
    assert len(sketch(shingles(story(3, 1)))) == FEWEST
    long = shingles(story(3, 200))
    assert len(long) / 90 < len(sketch(long)) < len(long) / 45
    assert sketch(shingles("one two three")) == list(shingles("one two three"))


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    return tmp_path / "corpus"


def copies(folder: Path) -> dict[str, set[str]]:
    """Return id -> ids of its near-duplicates."""
    with Index(folder) as index:
        snapshot = index.snapshot()
        found = snapshot.search_vectors(HashedWords().embed(["tram"])[0], 1000)
        ids = {passage.version: passage.article_id for passage, _ in found}
        linked = snapshot.copies(list(ids))
        assert {head.id for head, _ in snapshot.texts(list(ids)).values()} == set(ids.values())
        return {ids[version]: {ids[other] for other in others} for version, others in linked.items()}


def write(corpus: Path, **texts: str) -> None:
    for name, text in texts.items():
        (corpus / f"{name}.txt").write_text(f"---\ntitle: {name}\n---\n{text}\n")


def test_copies_are_linked_whenever_they_come_and_go(corpus: Path, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    write(corpus, agency=AGENCY, herald=COPIES["one word in ten reworded"], other=story(1), third=story(2))
    build(corpus, folder, embedder=HashedWords())
    assert copies(folder) == {"agency.txt": {"herald.txt"}, "herald.txt": {"agency.txt"}}

    write(corpus, merged=COPIES["merged with another"])
    build(corpus, folder, embedder=HashedWords())
    assert copies(folder)["merged.txt"] == {"agency.txt", "herald.txt", "other.txt"}
    assert copies(folder)["other.txt"] == {"merged.txt"}

    (corpus / "herald.txt").unlink()
    write(corpus, agency=story(4), fourth=story(2))
    build(corpus, folder, embedder=HashedWords())
    assert copies(folder) == {
        "merged.txt": {"other.txt"},
        "other.txt": {"merged.txt"},
        "third.txt": {"fourth.txt"},
        "fourth.txt": {"third.txt"},
    }


def test_who_reads_sees_the_copies_of_one_generation(corpus: Path, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    write(corpus, agency=AGENCY, herald=COPIES["one word in ten reworded"])
    build(corpus, folder, embedder=HashedWords())
    with Index(folder) as index:
        snapshot = index.snapshot()
        versions = [passage.version for passage, _ in snapshot.search_vectors(HashedWords().embed(["tram"])[0], 1000)]
        before = snapshot.copies(versions)
        assert before
        write(corpus, post=COPIES["an outlet's line more"], herald=story(1))
        build(corpus, folder, embedder=HashedWords())

        assert snapshot.copies(versions) == before
        assert index.snapshot().copies(versions) != before


def test_a_new_version_is_no_copy_of_the_one_before(corpus: Path, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    write(corpus, agency=AGENCY)
    build(corpus, folder, embedder=HashedWords())
    write(corpus, agency=COPIES["an outlet's line more"])
    build(corpus, folder, embedder=HashedWords())

    assert copies(folder) == {}


def test_boilerplate_makes_no_copies(corpus: Path, tmp_path: Path) -> None:
    line = "Sign up for the newsletter of the council and get the news of the city every morning at seven"
    write(corpus, **{f"story{number}": f"{story(number)}\n{line}" for number in range(5)})
    build(corpus, tmp_path / "index", embedder=HashedWords())

    assert copies(tmp_path / "index") == {}
