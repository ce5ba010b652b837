"""Whether a claim is supported by quotes: right paraphrases pass, twisted ones are marked with the reason."""

import datetime as dt

import pytest

from rag.checks.agreement import mismatches
from rag.checks.checking import NOT_SAID, Verdict, check
from rag.types import Quote


def quote(text: str, title: str = "", source: str | None = None, date: dt.date | None = None) -> Quote:
    return Quote(text, 0, len(text), title or text[:20], title, date, source)


REPLACED = quote(
    "Former Estonian prime minister Kallas replaced Josep Borrell as the EU’s top diplomat on Monday.",
    "Stephane Dujarric has commented on Kaja Kallas’ refusal to rule out Western troops being deployed to the country",
    date=dt.date(2024, 12, 2),
)
NOT_RULED_OUT = quote(
    "Echoing earlier remarks made by France and the UK, she did not rule out sending Western soldiers into the conflict.", REPLACED.title
)
RULED_OUT = quote(
    "Germany, Poland and NATO have ruled out sending ground troops to Ukraine, with the Kremlin warning that such a move would represent a "
    "major escalation and lead to direct conflict between Russia and the Western security alliance.",
    "Germany, NATO rule out sending troops to Ukraine as Russia condemns Macron",
)
SCHOLZ = quote(
    '"There will be no ground troops, no soldiers on Ukrainian territory sent there by European countries or NATO countries," said German '
    "Chancellor Olaf Scholz, citing Reuters.",
    "NATO and Western Allies Rule Out Sending Military Troops to Ukraine",
    "VOI",
    dt.date(2024, 2, 28),
)
PISTORIUS = quote(
    'German Defense Minister Boris Pistorius also insisted on ruling out sending troops. "Deploying ground troops is not an option for '
    'Germany," Defense Minister Pistorius told reporters during a visit to Vienna.',
    SCHOLZ.title,
)
PEACEKEEPERS = quote(
    "At the end of January, Volodymyr Zelenskyy stated that at least 200,000 peacekeepers would be needed to secure Ukraine after the "
    "cessation of hostilities.",
    "Kallas outlines EU's potential peacekeeping mission formats in Ukraine",
)
NYT = quote(
    "On February 11, the NYT reported that there are no 200,000 peacekeepers in Europe who could be sent to Ukraine. This is almost three "
    "times the size of the entire British army. On the same day, Zelenskyy said that the mission would work if 100,000 to 150,000 European "
    "troops were deployed.",
    PEACEKEEPERS.title,
)
TUSK = quote(
    "Polish Prime Minister Donald Tusk and Czech Prime Minister Petr Fiala – two of Kiev's strongest supporters – meanwhile said they too "
    "were not considering sending troops.",
    RULED_OUT.title,
)
STOLTENBERG = quote(
    "NATO Secretary General Jens Stoltenberg said his military alliance had no plans to send personnel to Ukraine.", SCHOLZ.title
)
MACRON = quote(
    "Meanwhile, Macron’s continued refusal to rule out the potential deployment of French troops to Ukraine has repeatedly "
    "been criticized by other EU leaders who have argued that such a move would lead to a serious "
    "escalation of the conflict.",
    "Lithuanian Foreign Minister Gabrielius Landsbergis has called on Brussels to revive the idea of putting boots on the "
    "ground in Ukraine",
)
MEMBERS = quote(
    "Nothing prevents NATO members from joining such an effort either individually or in groups, but the organization will only be "
    "involved if all 31 members agree.",
    RULED_OUT.title,
)
TRUMP = quote(
    "U.S. President Donald Trump supported the deployment of European peacekeeping forces in Ukraine but noted that the U.S. would not "
    "participate.",
    PEACEKEEPERS.title,
)
LE_MONDE = quote(
    "Last week, Le Monde reported that British Prime Minister Keir Starmer had rekindled the debate around Western boots on the ground in "
    "the Ukraine conflict, during a visit to France in early November.",
    REPLACED.title,
)
NEITHER = quote(
    "However, neither the US nor NATO has yet been able to confirm any of these reports, while Moscow has dismissed the speculations as a "
    "“bogus story.”",
    MACRON.title,
)
NO_CONSENSUS = quote(
    "French President Emmanuel Macron said on Monday Western allies should not exclude any option in trying to prevent a Russian victory "
    "in Ukraine, although he stressed there was no consensus at this stage.",
    RULED_OUT.title,
)
FLOATED = quote("The idea was originally floated to other allies by French President Emmanuel Macron in February.", REPLACED.title)
LANDSBERGIS = quote(
    "The EU should return to the idea of putting boots on the ground in Ukraine, Lithuanian Foreign Minister Gabrielius Landsbergis has "
    "argued in a statement to Politico.",
    MACRON.title,
)
FACTORY = quote("The company will create 200 jobs in Riga, its head said. It said that it would send engineers from Sweden.")
HISTORY = quote("The museum opened in 1998 and closed in 2010.")
VERDICT = quote("The court found Smith guilty but cleared Jones.")
MATCHES = quote("The finalist beat Nadal on Friday before defeating Federer on Sunday.")
PRICES = quote("Prices rose 3 percent in France and fell 2 percent in Italy.")
TRANSFER = quote("On Monday Arsenal sold Aaron Ramsdale to Southampton for 18 million pounds.")
NIGERIA = quote("Nigeria rejected the grain offer of Russia, the envoy Carlos Martinez said.")

# fmt: off
RIGHT = [
    ("Josep Borrell was replaced by Kaja Kallas on Monday.", REPLACED),
    ("Kallas replaced Borrell as the European Union's top diplomat.", REPLACED),
    ("Germany, Poland and NATO will not send ground troops to Ukraine.", RULED_OUT),
    ("Poland has ruled out deploying ground troops.", RULED_OUT),
    ("The Kremlin warned that sending troops would lead to a direct conflict between Russia and NATO.", RULED_OUT),
    ("Moscow said such a step would be a major escalation.", RULED_OUT),
    ("Scholz said that no European or NATO country would send soldiers to Ukraine.", SCHOLZ),
    ("German Chancellor Olaf Scholz said there would be no ground troops on Ukrainian soil.", SCHOLZ),
    ("VOI reported on 28 February 2024 that Scholz said there would be no ground troops.", SCHOLZ),
    ("Germany's defense minister, Boris Pistorius, ruled out sending ground troops.", PISTORIUS),
    ("Pistorius said in Vienna that deploying ground troops is not an option.", PISTORIUS),
    ("Zelensky said at least 200,000 peacekeepers would be needed.", PEACEKEEPERS),
    ("On 11 February, the New York Times reported that Europe does not have 200,000 peacekeepers to send.", NYT),
    ("Zelenskyy said 100,000 to 150,000 European troops would be enough for the mission to work.", NYT),
    ("Donald Tusk and Petr Fiala said they were not considering sending troops.", TUSK),
    ("Stoltenberg said NATO has no plans to send personnel to Ukraine.", STOLTENBERG),
    ("Macron has refused to rule out deploying French troops to Ukraine.", MACRON),
    ("Other EU leaders criticized Macron's refusal to rule out French troops.", MACRON),
    ("NATO as an organization will only take part if all 31 members agree.", MEMBERS),
    (
        "The articles say that Lithuania's foreign minister wants the EU to return to the idea of boots on the ground in Ukraine.",
        LANDSBERGIS,
    ),
    ("Kaja Kallas succeeded Josep Borrell as EU foreign policy chief.", REPLACED),
    ("Trump supports European peacekeepers in Ukraine, but the United States will not take part.", TRUMP),
    ("Landsbergis told Politico that the EU should revive the idea of sending troops.", LANDSBERGIS),
    ("According to Le Monde, Keir Starmer revived the debate about Western troops during a visit to France.", LE_MONDE),
    ("The Nigerian government rejected the grain offer of Russia.", NIGERIA),
    ("The company is to create 200 jobs in Riga.", FACTORY),
    ("The museum, opened in 1998, closed in 2010.", HISTORY),
    ("The court cleared Jones but found Smith guilty.", VERDICT),
    ("Prices fell 2 percent in Italy.", PRICES),
    ("The finalist beat Federer on Sunday.", MATCHES),
    ("Southampton bought Aaron Ramsdale for 18 million pounds.", TRANSFER),
]

WRONG = [
    ("Josep Borrell replaced Kaja Kallas as the EU's top diplomat.", REPLACED, "the quotes say it the other way round"),
    ("Kallas was replaced by Borrell.", REPLACED, "the quotes say it the other way round"),
    ("Kallas replaced Josep Borrell as the EU's top diplomat on Friday.", REPLACED, "the quotes do not say Friday"),
    ("Kallas ruled out sending Western soldiers into the conflict.", NOT_RULED_OUT, "the quotes say that this was not ruled out"),
    ("Germany will send ground troops to Ukraine.", RULED_OUT, "the quotes say that this was ruled out"),
    ("Poland decided to send ground troops to Ukraine.", RULED_OUT, "the quotes say that this was ruled out"),
    ("Germany and France have ruled out sending ground troops.", RULED_OUT, "the quotes do not mention “France”"),
    ("Riga will build a tram line.", RULED_OUT, NOT_SAID),
    ("Emmanuel Macron said that no soldiers would be sent by NATO countries.", SCHOLZ,
     "the quotes give these words to Olaf Scholz, not to Emmanuel Macron"),
    ("Zelenskyy stated that at least 300,000 peacekeepers would be needed.", PEACEKEEPERS, "the number 300,000 is not in the quotes"),
    ("Zelenskyy stated at the end of March that at least 200,000 peacekeepers would be needed.", PEACEKEEPERS,
     "the quotes say “January”, not “March”"),
    ("On February 14, the NYT reported that there are no 200,000 peacekeepers in Europe.", NYT,
     "the date February 14 is not in the quotes"),
    ("On February 11, the Washington Post reported that there are no 200,000 peacekeepers in Europe.", NYT,
     "the quotes do not mention “Washington Post”"),
    ("Donald Tusk said that he was considering sending troops.", TUSK, "the quotes say that this is not so"),
    ("NATO has plans to send personnel to Ukraine.", STOLTENBERG, "the quotes say that this is not so"),
    ("Macron has ruled out the deployment of French troops to Ukraine.", MACRON, "the quotes say that this was not ruled out"),
    ("The organization will only be involved if all 25 members agree.", MEMBERS, "the number 25 is not in the quotes"),
    ("Keir Starmer told Le Monde that boots on the ground will come in 2027.", LE_MONDE, "the year 2027 is not in the quotes"),
    ("Donald Tusk replaced Petr Fiala as Czech prime minister in 40 days.", TUSK, "the number 40 is not in the quotes"),
    ("The United States will participate in the deployment of European peacekeeping forces.", TRUMP, "the quotes say that this is not so"),
    ("Le Monde reported that Olaf Scholz had rekindled the debate around Western boots on the ground.", LE_MONDE,
     "the quotes say this of Keir Starmer, not of Olaf Scholz"),
    ("She ruled out sending Western soldiers into the conflict, echoing earlier remarks made by France and the UK.", NOT_RULED_OUT,
     "the quotes say that this was not ruled out"),
    ("The US and NATO have been able to confirm these reports, while Moscow has dismissed them as a bogus story.", NEITHER,
     "the quotes say that this is not so"),
    ("Macron said allies should not exclude any option and stressed that there was consensus.", NO_CONSENSUS,
     "the quotes say that this is not so"),
    ("Slovak Prime Minister Petr Fiala said he was not considering sending troops.", TUSK, "the quotes do not mention “Slovak”"),
    ("The company created 200 jobs in Riga.", FACTORY, "the quotes only say that this is to come"),
    ("The company has sent engineers from Sweden.", FACTORY, "the quotes only say that this is to come"),
    ("The museum opened in 2010.", HISTORY, "the quotes say this of 1998, not of 2010"),
    ("The court found Jones guilty.", VERDICT, "the quotes say this of Smith, not of Jones"),
    ("Prices rose 3 percent in Italy.", PRICES, "the quotes give 3 for France, not for Italy"),
    ("On Monday Arsenal signed Aaron Ramsdale.", TRANSFER, "the quotes say it the other way round"),
    ("Niger rejected the grain offer of Russia.", NIGERIA, "the quotes do not mention “Niger”"),
    ("The envoy Carlos Martin said so.", NIGERIA, "the quotes give these words to Carlos Martinez, not to Carlos Martin"),
]
# fmt: on


@pytest.mark.parametrize(("claim", "cited"), RIGHT)
def test_a_right_paraphrase_passes(claim: str, cited: Quote) -> None:
    verdict = check(claim, [cited])
    assert verdict.supported, verdict
    assert (verdict.quotes, verdict.reason) == ((cited,), "")


@pytest.mark.parametrize(("claim", "cited", "reason"), WRONG)
def test_a_twisted_claim_is_marked_with_the_reason(claim: str, cited: Quote, reason: str) -> None:
    verdict = check(claim, [cited])
    assert not verdict.supported, verdict
    assert (verdict.quotes, verdict.reason) == ((), reason)


def test_what_several_say_may_stand_in_several_quotes() -> None:
    claim = "Scholz said there would be no ground troops, and Stoltenberg said NATO had no plans to send personnel."
    assert mismatches(claim, [SCHOLZ, STOLTENBERG]) == []


def test_a_month_may_stand_in_another_of_the_quotes() -> None:
    claim = "Starmer rekindled the debate around Western boots on the ground, an idea that Macron had floated in February."
    assert mismatches(claim, [LE_MONDE]) != []
    assert mismatches(claim, [LE_MONDE, FLOATED]) == []


def test_what_is_lacking_is_what_there_is_none_of() -> None:
    assert mismatches("Macron stressed that consensus was still lacking.", [NO_CONSENSUS]) == []


def test_words_given_to_another_speaker_are_marked() -> None:
    verdict = check("Pistorius said there would be no soldiers on Ukrainian territory sent by European countries.", [SCHOLZ, PISTORIUS])
    assert (verdict.supported, verdict.reason) == (False, "the quotes give these words to Olaf Scholz, not to Pistorius")


def test_numbers_may_be_spelled_out() -> None:
    claim = "Two hundred thousand peacekeepers would be needed to secure Ukraine, according to Zelenskyy."
    assert mismatches(claim, [PEACEKEEPERS]) == []


def test_what_the_cited_quote_contradicts_no_other_quote_can_mend() -> None:
    verdict = check("Zelenskyy said at most 200,000 peacekeepers would be needed.", [PEACEKEEPERS], [NYT])
    assert (verdict.supported, verdict.reason) == (False, "the quotes say “at least”, not “at most”")


def test_only_cited_quotes_count_together() -> None:
    claim = "Kallas did not rule out sending Western soldiers, while Germany ruled out ground troops."
    assert not check(claim, [], [NOT_RULED_OUT, RULED_OUT]).supported


def test_a_claim_may_rest_on_two_quotes() -> None:
    verdict = check("Kallas did not rule out sending Western soldiers, while Germany ruled out ground troops.", [NOT_RULED_OUT, RULED_OUT])
    assert verdict.supported
    assert set(verdict.quotes) == {NOT_RULED_OUT, RULED_OUT}


def test_only_the_cited_quotes_that_carry_the_claim_are_kept() -> None:
    assert check("Kallas replaced Borrell as the EU's top diplomat.", [NYT, REPLACED]).quotes == (REPLACED,)


@pytest.mark.parametrize("cited", [[], [NYT]], ids=["without a citation", "with a wrong one"])
def test_a_claim_gets_the_quote_that_carries_it(cited: list[Quote]) -> None:
    verdict = check("Donald Tusk said that he was not considering sending troops.", cited, [SCHOLZ, TUSK, NYT])
    assert verdict.supported
    assert verdict.quotes == (TUSK,)


@pytest.mark.parametrize("claim", ["Riga will build a tram line.", "", "[1]", "…"])
def test_nothing_supports_a_claim_about_something_else(claim: str) -> None:
    verdict = check(claim, [SCHOLZ], [TUSK])
    assert verdict == Verdict(False, verdict.probability, (), NOT_SAID)
    assert verdict.probability < 0.3
    assert not check(claim, []).supported


def test_citations_and_framing_change_nothing() -> None:
    plain = check("Donald Tusk and Petr Fiala said they were not considering sending troops.", [TUSK])
    framed = check("The articles say that Donald Tusk and Petr Fiala said they were not considering sending troops [1, 2].", [TUSK])
    assert framed.probability == pytest.approx(plain.probability)
