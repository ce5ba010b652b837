"""What a question says about time, in a table that one can check with a calendar: the questions are asked on Wednesday, 19 March 2025."""

import datetime as dt

import pytest

from rag.understanding.periods import find_period

TODAY = dt.date(2025, 3, 19)

PERIODS = {  # the question -> first and last day, "" where it is open
    "What happened today?": "2025-03-19 2025-03-19",
    "What did Macron say yesterday?": "2025-03-18 2025-03-18",
    "What was decided the day before yesterday?": "2025-03-17 2025-03-17",
    "Who spoke last night?": "2025-03-18 2025-03-18",
    "Who met in Paris this morning?": "2025-03-19 2025-03-19",
    "What did the EU decide this week?": "2025-03-13 2025-03-19",
    "What did the EU decide last week?": "2025-03-10 2025-03-16",
    "What did the EU decide in the last week?": "2025-03-12 2025-03-19",
    "What has NATO said in the past three days?": "2025-03-16 2025-03-19",
    "What has NATO said in the past day?": "2025-03-18 2025-03-19",
    "What has NATO said over the last 24 hours?": "2025-03-18 2025-03-19",
    "What has NATO said in the past couple of weeks?": "2025-03-05 2025-03-19",
    "Who resigned during the last 2 months?": "2025-01-19 2025-03-19",
    "Who resigned in the past year?": "2024-03-19 2025-03-19",
    "What happened in January and February?": "2025-01-01 2025-02-28",
    "What happened in 2023, 2024 and 2025?": "2023-01-01 2025-12-31",
    "When did Norway open the tunnel, in January or February?": "2025-01-01 2025-02-28",
    "What has happened since January and February?": "2025-01-01 -",
    "What will have happened in December 2024?": "2024-12-01 2024-12-31",
    "What did Macron say in February that he will do?": "2025-02-01 2025-02-28",
    "What happened three days ago?": "2025-03-16 2025-03-16",
    "What happened a week ago?": "2025-03-10 2025-03-16",
    "What happened two months ago?": "2025-01-01 2025-01-31",
    "What did Poland announce this month?": "2025-03-01 2025-03-19",
    "What did Poland announce last month?": "2025-02-01 2025-02-28",
    "What did Poland announce this year?": "2025-01-01 2025-03-19",
    "What did Poland announce last year?": "2024-01-01 2024-12-31",
    "What did Poland announce last quarter?": "2024-10-01 2024-12-31",
    "Who won last weekend?": "2025-03-15 2025-03-16",
    "Who was elected on Tuesday?": "2025-03-18 2025-03-18",
    "Who was elected on Wednesday?": "2025-03-19 2025-03-19",
    "Who was elected last Wednesday?": "2025-03-12 2025-03-12",
    "Who died Thursday?": "2025-03-13 2025-03-13",
    "What has happened since Monday?": "2025-03-17 -",
    "What did Scholz say in February?": "2025-02-01 2025-02-28",
    "What did Scholz say in April?": "2024-04-01 2024-04-30",
    "What did Scholz say in March?": "2025-03-01 2025-03-31",
    "What did Scholz say in May?": "2024-05-01 2024-05-31",
    "what did scholz say in may 2024?": "2024-05-01 2024-05-31",
    "What did Scholz say last March?": "2024-03-01 2024-03-31",
    "What did Scholz say in late February?": "2025-02-21 2025-02-28",
    "What did Scholz say at the end of 2024?": "2024-09-01 2024-12-31",
    "What did Scholz say in mid-January?": "2025-01-11 2025-01-20",
    "What did Scholz say in February 2024?": "2024-02-01 2024-02-29",
    "What did Scholz say in Feb. 2024?": "2024-02-01 2024-02-29",
    "What did he say on 11 February?": "2025-02-11 2025-02-11",
    "What did he say on the 3rd of December?": "2024-12-03 2024-12-03",
    "What did he say on February 11th, 2024?": "2024-02-11 2024-02-11",
    "What did he say on Tuesday, Feb. 11, 2025?": "2025-02-11 2025-02-11",
    "What did he say on 29 February?": "2024-02-29 2024-02-29",
    "What did he say on 2024-02-27?": "2024-02-27 2024-02-27",
    "What did he say on 27.02.2024?": "2024-02-27 2024-02-27",
    "What did he say on 27/2/2024?": "2024-02-27 2024-02-27",
    "What was said before March 2025?": "- 2025-02-28",
    "What was said after 2023?": "2024-01-01 -",
    "What was said after 11 February 2025?": "2025-02-12 -",
    "What was said until January 2025?": "- 2025-01-31",
    "What has been said since 2024?": "2024-01-01 -",
    "What has been said from January on?": "2025-01-01 -",
    "What was said between 3 and 9 February 2025?": "2025-02-03 2025-02-09",
    "What was said between February 3 and March 4?": "2025-02-03 2025-03-04",
    "What was said from March to May 2024?": "2024-03-01 2024-05-31",
    "What was said between November and February?": "2024-11-01 2025-02-28",
    "What was said between 2022 and 2023?": "2022-01-01 2023-12-31",
    "What was said February 3-9, 2025?": "2025-02-03 2025-02-09",
    "What did the bank earn in Q1 2025?": "2025-01-01 2025-03-31",
    "What did the bank earn in Q4?": "2024-10-01 2024-12-31",
    "What did the bank earn in the third quarter of 2024?": "2024-07-01 2024-09-30",
    "What did the bank earn in the first half of 2024?": "2024-01-01 2024-06-30",
    "Who won in the summer of 2024?": "2024-06-01 2024-08-31",
    "Who won last summer?": "2024-06-01 2024-08-31",
    "Who was president in 2024?": "2024-01-01 2024-12-31",
    "How many articles mention Macron in 2024?": "2024-01-01 2024-12-31",
    "After the vote, what did Macron say on 3 February?": "2025-02-03 2025-02-03",
    "The judge was heard. What did the U.S. Senate say last week? Be brief.": "2025-03-10 2025-03-16",
    "Since Monday, who has resigned?": "2025-03-17 -",
    "What did he say in February 2025 and on 11 February 2025?": "2025-02-11 2025-02-11",
}


@pytest.mark.parametrize(("question", "days"), PERIODS.items(), ids=PERIODS)
def test_a_time_in_a_question_is_its_days(question: str, days: str) -> None:
    period = find_period(question, TODAY)
    assert period is not None
    assert f"{period.after or '-'} {period.before or '-'}" == days
    assert period.words in question


NO_PERIODS = [
    "Who may send troops?",
    "May Macron send 3 brigades?",
    "What did Theresa May say?",
    "Who criticised May's plan?",
    "Will the troops march on 12 cities?",
    "Who organised the March for Life?",
    "Who was the second to resign?",
    "Which article did the Sunday Times print?",
    "What did stores sell on Black Friday?",
    "Who stars in the series Wednesday?",
    "What is the Tuesday group?",
    "Who won the 2020 election?",
    "Who won Euro 2024?",
    "What happened on 9/11?",
    "What did the Jan. 6 committee find?",
    "What followed the February 2022 invasion?",
    "Who directed Blade Runner 2049?",
    "Who won the 2022-23 season?",
    "What burned in 2000 homes?",
    "What does USA Today report?",
    "Who hosts the tonight show?",
    "What will happen in 2030?",
    "What happens next week?",
    "Who spoke on 31 February 2025?",
    "What has changed since the conference?",
    "What has happened since Russia's invasion began on 24 February?",
    "What was announced before the vote on 3 March?",
    'Who sings "In May 2020"?',
    "What was decided in 2023 and in 2024?",
    "What was Agenda 2010?",
    "What is 19.5 % of 2019?",
    "How long has Scholz been Chancellor?",
    "The judge was heard this week. Where did she earn her law degree?",
    "What did people eat 1,000 years ago?",
    "What was said in the last days of the war?",
    "What could this may lead to?",
    "Who joined the last march on Rome?",
    "What is this year's theme?",
    "What happened in January and March?",
    "How many were there in 2020 and 2024?",
    "What will open in Riga in December?",
    "Who is going to play on Saturday?",
]


@pytest.mark.parametrize("question", NO_PERIODS)
def test_what_only_looks_like_a_time_is_none(question: str) -> None:
    assert find_period(question, TODAY) is None


def test_a_weekend_is_the_one_before_on_a_weekend_too() -> None:
    sunday = dt.date(2025, 3, 16)
    for question, days in {
        "Who won last weekend?": (8, 9),
        "Who won this weekend?": (15, 16),
        "Who won over the weekend?": (15, 16),
    }.items():
        period = find_period(question, sunday)
        assert period is not None
        assert (period.after, period.before) == tuple(dt.date(2025, 3, day) for day in days)
    assert find_period("Who plays this weekend?", TODAY) is None
