"""The forms of English verbs that no stemmer brings together: "sink", "sank", "sunk"."""

from functools import cache

from index.words import split_terms

# Left out are forms that mostly are other words: "ground", "wound", "lay", "bore", "saw" as in "found".
_FORMS = """arise arose arisen | awake awoke awoken | bear borne born | beat beaten | become became | begin began begun | bend bent | bind
bound | bite bit bitten | bleed bled | blow blew blown | break broke broken | breed bred | bring brought | build built | buy
bought | catch caught | choose chose chosen | cling clung | come came | creep crept | deal dealt | dig dug | draw drew drawn |
drink drank drunk | drive drove driven | eat ate eaten | fall fell fallen | feed fed | feel felt | fight fought | find found |
flee fled | fling flung | fly flew flown | forbid forbade forbidden | forget forgot forgotten | forgive forgave forgiven | freeze
froze frozen | get got gotten | give gave given | go went gone | grow grew grown | hang hung | hear heard | hide hid hidden | hold
held | keep kept | know knew known | lead led | leave left | lend lent | light lit | lose lost | make made | mean meant | meet met
| pay paid | plead pled | ride rode ridden | ring rang rung | rise rose risen | run ran | say said | see seen | seek sought | sell
sold | send sent | shake shook shaken | shine shone | shoot shot | shrink shrank shrunk | sing sang sung | sink sank sunk | sit
sat | sleep slept | slide slid | speak spoke spoken | spend spent | spin spun | spring sprang sprung | stand stood | steal stole
stolen | stick stuck | sting stung | strike struck stricken | strive strove | swear swore sworn | sweep swept | swim swam swum |
swing swung | take took taken | teach taught | tear tore torn | tell told | think thought | throw threw thrown | understand
understood | wake woke woken | wear wore worn | weave wove woven | weep wept | win won | withdraw withdrew withdrawn | write wrote
written"""


def other_forms(term: str) -> frozenset[str]:
    """Return the index terms of the other forms of an irregular verb, of which `term` is one; empty for other words."""
    return _forms().get(term, frozenset())


@cache
def _forms() -> dict[str, frozenset[str]]:
    groups = [frozenset(split_terms(group)) for group in _FORMS.split("|")]
    return {term: group - {term} for group in groups for term in group}
