import pytest

from rag.checks.contrasts import contrast, made_up

AT_LEAST = "At the end of January, Zelenskyy said that at least 200,000 peacekeepers would be needed after the cessation of hostilities."
THIRD = "The war in Ukraine is now in its third year, the former chairman of the institute said last week."
COULD = "Italy could send peacekeepers under the flag of the United Nations."
WELCOMED = "The minister welcomed the talks and said the bridge had been sold for 12 million euros."
CUT = "The bank cut its key interest rate to 3 percent, and the factory cut 500 jobs."
VOTED = "Hungary voted against the sanctions."


@pytest.mark.parametrize(
    ("claim", "sentence", "reason"),
    [
        ("At most 200,000 peacekeepers would be needed.", AT_LEAST, "the quotes say “at least”, not “at most”"),
        ("A minimum of 200,000 peacekeepers would be needed.", AT_LEAST, ""),
        ("About 200,000 peacekeepers would be needed.", AT_LEAST, ""),
        ("Zelenskyy said so at the end of February.", AT_LEAST, "the quotes say “January”, not “February”"),
        ("They are needed before the cessation of hostilities.", AT_LEAST, "the quotes say “after”, not “before”"),
        ("They are needed following the cessation of hostilities.", AT_LEAST, ""),
        ("The war is now in its second year.", THIRD, "the quotes say “third”, not “second”"),
        ("He said last month that the war is in its third year.", THIRD, "the quotes say “last week”, not “last month”"),
        ("The current chairman of the institute said so.", THIRD, "the quotes say “former”, not “current”"),
        ("Italy will send peacekeepers.", COULD, "the quotes do not say that this will happen"),
        ("Italy might send peacekeepers.", COULD, ""),
        ("The minister condemned the talks.", WELCOMED, "the quotes say “welcomed”, not “condemned”"),
        ("The minister did not condemn the talks.", WELCOMED, ""),
        ("The city bought the bridge for 12 million euros.", WELCOMED, ""),  # who sells has a buyer
        ("The bridge cost 12 million dollars.", WELCOMED, "the quotes say “euros”, not “dollars”"),
        ("The minister praised the talks.", WELCOMED, ""),
        ("The gymnast won gold in Riga.", "The gymnast won a silver medal in Riga.", "the quotes say “silver”, not “gold”"),
        ("The bank raised its interest rate to 3 percent.", CUT, "the quotes say “cut”, not “raised”"),
        ("The bank held its key interest rate at 3 percent.", CUT, "the quotes say “cut”, not “held”"),
        ("The bank lowered its interest rate.", CUT, ""),
        ("The bank did not raise its interest rate.", CUT, ""),
        ("The factory created 500 jobs.", CUT, "the quotes say “cut”, not “created”"),
        ("Prices have risen in France.", "Prices fell in France.", "the quotes say “fell”, not “risen”"),
        ("Hungary voted for the sanctions.", VOTED, "the quotes say “voted against”, not “voted for”"),
        ("Hungary voted against sanctions.", VOTED, ""),
    ],
)
def test_one_word_that_changes_the_meaning(claim: str, sentence: str, reason: str) -> None:
    assert contrast(claim, [sentence], [sentence]) == reason


def test_without_sentences_there_is_no_contrast() -> None:
    assert contrast("At most 200,000 peacekeepers would be needed.", [], []) == ""


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        ("He said: “Deploying ground troops is an option.”", "Deploying ground troops is an option."),
        ('He said "deploying GROUND troops is not an option".', ""),
        ("It is “not an option … for Germany”.", ""),
        ("It is “not an option … for Poland”.", "not an option … for Poland"),
        ("It is “not [really] an option”.", ""),
        ("No quotation at all.", ""),
    ],
)
def test_words_between_quotation_marks_must_stand_there(claim: str, words: str) -> None:
    assert made_up(claim, ["“Deploying ground troops is not an option for Germany,” he said."]) == words
