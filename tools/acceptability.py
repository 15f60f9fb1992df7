"""Write the acceptability sentences of the fine-tuning demo: ``python tools/acceptability.py [--check]``.

A small template grammar of our own makes minimal pairs: two sentences that differ in one place, one acceptable
and one not.  ``unseen.tsv`` uses content words that ``train.tsv`` never shows, and some of its phenomena have no
training sentence at all, so a score on it measures what was learned about English and not what was memorized.

The notation of a template:

``{person}``             a word of that class (never the same word twice in a sentence) or an expansion of that rule
``{person.pl}``          the same, inflected (see ``FORMS``; the first word of an expansion takes the ending)
``{v:event.s} ... {v}``  draws under a name of one letter and uses the same words again
``[good|bad]``           the contrast between the two members of the pair
``... / ...``            two templates on one line
"""

from __future__ import annotations

import argparse
import itertools
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

SENTENCES = Path(__file__).parents[1] / "src" / "paramwise" / "finetune" / "sentences"
HEADER = "sentence\tlabel\tphenomenon\tpair"
SEED = 2024
TRAIN_PAIRS, UNSEEN_PAIRS, HELD_OUT_PAIRS = 16, 2, 5  # for each template
LENGTH = range(4, 21)  # words in a sentence

# Content words, by class: those of train.tsv and those of unseen.tsv.  The classes are semantic, so that arguments
# fit their verbs.  The verbs of tverb and pverb need an object and those of intr cannot have one, so that a sentence
# made to break that is ungrammatical and not merely unusual.
LEXICON: dict[str, tuple[str, str]] = {
    "female": ("Anna Maria Julia Emma Laura Sarah Linda Rosa", "Nora Helen Alice Clara Ruth Diana Vera Hannah"),
    "male": ("Tom Peter David Paul Simon Oscar Robert Leo", "Henry Victor Martin Felix Daniel Hugo Walter Eric"),
    "woman": ("woman queen waitress duchess actress", "mother girl lady princess grandmother"),
    "man": ("man king waiter duke monk", "father boy gentleman prince grandfather"),
    "person": ("baker gardener pilot teacher doctor farmer singer clerk neighbor artist student driver guard tailor "
               "actor chef coach dentist butcher poet captain mayor hunter",
               "plumber lawyer dancer nurse sailor editor painter librarian banker chemist tourist carpenter judge "
               "engineer"),
    "animal": ("horse dog goat rabbit parrot cow", "donkey kitten puppy hamster pony turtle"),
    "thing": ("lamp chair bicycle camera basket ladder clock umbrella radio suitcase printer pillow drum bucket",
              "kettle guitar tent mirror helmet flute violin blanket vase teapot hammer trumpet"),
    "food": ("bread rice cheese honey beef toast", "pasta butter spinach popcorn bacon oatmeal"),
    "message": ("plan problem rule story idea", "method mistake decision secret result"),
    "place": ("school village library office museum", "castle park theater hotel bakery"),
    "landmark": ("bridge gate tower fountain tree", "statue lighthouse fence barn chapel"),
    "padj": ("young clever famous tall friendly", "elderly wealthy brave shy cheerful"),
    "state": ("tired hungry happy angry", "nervous sleepy thirsty lonely"),
    "tadj": ("old new heavy small expensive", "shiny dusty ancient large fragile"),
    "short": ("tall old young strong short", "fast quick rich loud smart"),
    "long": ("careful patient generous curious", "cautious ambitious talented polite"),
    "intr": ("laugh smile sleep cough linger kneel tremble sigh frown stumble gasp doze",
             "yawn giggle shiver sneeze snore hesitate blush"),
    "tverb": ("repair carry damage describe store obtain replace restore handle request",
              "fix acquire remove conceal transport destroy retrieve"),
    "pverb": ("admire greet thank blame congratulate contact imitate reassure startle flatter",
              "praise comfort avoid ignore escort accompany befriend insult"),
    "selfverb": ("admire blame introduce trust", "praise respect criticize defend"),
    "fverb": ("eat buy serve cook taste", "order sell bring"),
    "averb": ("feed chase brush wash follow", "rescue photograph cuddle"),
    "lend": ("give lend", "hand loan"),
    "explain": ("explain mention announce", "reveal report confess"),
    "to_verb": ("want hope decide agree refuse", "promise manage pretend wish offer"),
    "ing_verb": ("enjoy recommend finish consider", "deny imagine resist postpone"),
    "to_object": ("persuade ask allow", "encourage urge advise tell"),
    "bare_object": ("make let", "hear notice see"),
    "whether_verb": ("inquire debate", "investigate explore"),
    "that_verb": ("believe claim assume think", "insist suppose presume assert"),
    "of_adj": ("proud afraid tired", "fond jealous suspicious"),
    "to_adj": ("similar loyal", "devoted indebted"),
    "to_prep": ("listen respond", "object apologize"),
    "on_prep": ("depend", "rely"),
    "often": ("often always usually", "rarely frequently seldom"),
    "slowly": ("quickly quietly slowly", "calmly swiftly silently"),
}  # fmt: skip

# Phrases, from function words and the classes above.
RULES: dict[str, tuple[str, ...]] = {
    "name": ("{female}", "{male}"),
    "sg": ("the {person}", "the {padj} {person}", "{name}", "the {person} from the {place}"),
    "pl": ("the {person.pl}", "the {padj} {person.pl}", "{name} and {name}"),
    "someone": ("{sg}", "{pl}", "{name}"),
    "sg_pp": ("the {person} {near} the {person.pl}", "the {person} {near} the {landmark.pl}",
              "the {person} with the {thing.pl}"),
    "pl_pp": ("the {person.pl} {near} the {person}", "the {person.pl} {near} the {landmark}",
              "the {person.pl} with the {thing}"),
    "sg_rel": ("the {person} who {pverb.s} the {person.pl}", "the {person} that the {person.pl} {pverb}",
               "the {person} who {pverb.past} the {person.pl}"),
    "pl_rel": ("the {person.pl} who {pverb} the {person}", "the {person.pl} that the {person} {pverb.s}",
               "the {person.pl} who {pverb.past} the {person}"),
    "near": ("near", "behind", "next to", "in front of"),
    "item": ("the {thing}", "the {tadj} {thing}", "the {thing.pl}", "the {tadj} {thing.pl}"),
    "strict": ("{tverb} {item}", "{pverb} the {person}", "{pverb} the {padj} {person.pl}"),
    "event": ("{strict}", "{strict}", "{fverb} the {food}", "{averb} the {animal}", "{averb} the {animal.pl}"),
    "act": ("{event}", "{intr} {near} the {landmark}", "{intr} in the {place}"),
    "time": ("", "yesterday", "last week", "on Monday", "after lunch", "this morning", "before the concert"),
    "habit": ("", "every day", "on Sundays", "in the evening", "all the time"),
    "lately": ("", "today", "this week", "again"),
    "soon": ("", "tomorrow", "soon", "next week", "after the meeting"),
    "one": ("this", "that", "every", "each", "another"),
    "several": ("these", "those", "several", "both", "two", "three"),
    "modal": ("will", "can", "must", "should", "might", "could"),
    "modal_not": ("will not", "must not", "should not", "could not"),
    "ask": ("will", "can", "should", "could"),
}  # fmt: skip

# The templates of each phenomenon.  Most have a mirror image, or move words and add none: a word that is as frequent
# in good sentences as in bad ones tells a bag of words nothing.
TRAINED: dict[str, tuple[str, ...]] = {
    "agreement": (  # The verb agrees with its subject in number.
        "{sg} [{v:act.s}|{v}] {habit} / {pl} [{v:act}|{v.s}] {habit}",
        "the {thing} in the {place} [is|are] {tadj} / the {thing.pl} [are|is] {tadj} and {tadj}",
        "{sg} [was|were] {state} {time} / {pl} [were|was] {state} {time}",
        "{sg} [has|have] {event.part} {lately} / {pl} [have|has] {event.part} {lately}",
        "[does|do] {sg} {event} {habit}? / [do|does] {pl} {event} {habit}?",
    ),
    "agreement_prepositional": (  # A nearer noun of the other number does not matter.
        "{sg_pp} [{v:act.s}|{v}] {habit} / {pl_pp} [{v:act}|{v.s}] {habit}",
        "{sg_pp} [is|are] {state} / {pl_pp} [are|is] {state}",
        "{sg_pp} [has|have] {event.part} / {pl_pp} [have|has] {event.part}",
        "the {thing} {near} the {thing.pl} [is|are] {tadj} / the {thing.pl} {near} the {thing} [are|is] {tadj}",
    ),
    "determiner_number": (  # Determiners select a number; the mass nouns have no plural at all.
        "{someone} {tverb.past} {one} [{n:thing}|{n.pl}] {time}",
        "{someone} {tverb.past} {several} [{n:thing.pl}|{n}] {time}",
        "{someone} {pverb.past} {one} {padj} [{n:person}|{n.pl}] {time}",
        "{someone} {pverb.past} {several} {padj} [{n:person.pl}|{n}] {time}",
        "[this|these] {person} {act.past} {time} / [those|that] {person.pl} {act.past} {time}",
        "{someone} {fverb.past} [this|these] {food} {time}",
        "{someone} {fverb.past} a [little|few] {food} {time} / {someone} {tverb.past} a [few|little] {thing.pl} {time}",
    ),
    "reflexive": (  # A reflexive agrees with its antecedent.
        "{female} {selfverb.past} [herself|himself] {time} / {male} {selfverb.past} [himself|herself] {time}",
        "the {person.pl} {selfverb.past} [themselves|himself] {time}",
        "{female} and {male} {selfverb.past} [themselves|herself] {time}",
        "the {woman} {near} {male} {selfverb.past} [herself|himself]",
        "the {man} {near} {female} {selfverb.past} [himself|herself]",
    ),
    "reflexive_locality": (  # ... and finds it in its own clause.
        "{female} said that the {man} {selfverb.past} [himself|herself] {time}",
        "the {man} said that the {woman} {selfverb.past} [herself|himself] {time}",
        "the {person.pl} said that {female} {selfverb.past} [herself|themselves]",
        "the {person.pl} said that {male} {selfverb.past} [himself|themselves]",
        "{female} said that the {person.pl} {selfverb.past} [themselves|herself]",
        "{male} thinks that the {person.pl} {selfverb.past} [themselves|himself]",
    ),
    "transitivity": (  # Some verbs need an object and some cannot have one.
        "{someone} {intr.past} [|{item}] {time} / {someone} {intr.past} [|the {person}] {time}",
        "{someone} {tverb.past} [{item}|] {time}",
        "{someone} [{i:intr.past} and {n:name} {t:tverb.past} {x:item}|{i.past} {x} and {n} {t.past}]",
        "{someone} [{t:tverb.past} {x:item} and {n:name} {i:intr.past}|{t.past} and {n} {i.past} {x}]",
    ),
    "dative": (  # We can give someone a thing but not explain someone a plan.
        "{someone} {explain.past} [the {m:message} to the {p:person}|the {p} the {m}] {time}",
        "{someone} [{l:lend.past} the {p:person} the {t:thing} and {e:explain.past} the {m:message} to {n:name}"
        "|{e.past} the {p} the {m} and {l.past} the {t} to {n}]",
        "{someone} [{e:explain.past} the {m:message} to {n:name} and {l:lend.past} the {p:person} the {t:thing}"
        "|{l.past} the {t} to {n} and {e.past} the {p} the {m}]",
    ),
    "polarity": (  # "Ever" and "any" need a negation (or a question) that has scope over them.
        "[no|some] {person} has ever {event.part}",
        "[no|the] {person} has ever {pverb.part} [the|no] {person}",
        "[no|the] {person} that [the|no] {person} {pverb.s} has ever {event.part}",
        "[has {s:sg} ever {e:event.part}?|{s} has ever {e.part}.]",
        "[did {s:sg} {f:fverb} any {x:food}?|{s} did {f} any {x}.]",
        "the {person} who [{p:pverb.past} {n:name} did not {f:fverb}|did not {p} {n} {f.past}] any {food}",
    ),
    "noun_phrase_order": (  # The order of words in a noun phrase.
        "the [{a:padj} {p:person}|{p} {a}] {act.past} {time}",
        "{someone} {intr.past} {near} the [{a:padj} {p:person}|{p} {a}]",
        "{someone} {tverb.past} the [very {a:tadj}|{a} very] {thing} {time}",
        "{someone} {tverb.past} the [very {a:tadj} and {b:tadj}|{a} and {b} very] {thing.pl}",
        "the [{a:padj} {p:person.pl}|{p.pl} {a}] from the {place} {act.past}",
    ),
    "adverb_order": (  # An adverb does not come between a verb and its object.
        "{sg} [{a:often} {v:tverb.s}|{v.s} {a}] {item}",
        "{pl} [{a:often} {v:averb}|{v} {a}] the {animal}",
        "{someone} [{a:slowly} {v:tverb.past}|{v.past} {a}] {item} {time}",
        "{someone} [{a:slowly} {v:fverb.past}|{v.past} {a}] the {food} {time}",
        "{sg} has [already {v:tverb.part}|{v.part} already] {item}",
        "{someone} {v:tverb.past} the {t:thing} [very {a:slowly}|{a} very] {time}",
    ),
    "auxiliary_order": (  # Auxiliaries and negation have a fixed order.
        "{someone} [must have|have must] been {event.ing} {time}",
        "{sg} [has been|been has] {event.ing} {lately}",
        "{someone} [will be|be will] {event.ing} {soon}",
        "{someone} [did not|not did] {act} {time}",
        "{sg} [has not|not has] {event.part} {lately}",
    ),
    "inversion": (  # Subject and auxiliary trade places in a question, but not in an embedded one.
        "what [did {s:someone}|{s} did] {tverb} {time}?",
        "where [did {s:someone}|{s} did] {fverb} the {food}?",
        "why [is {s:sg}|{s} is] {event.ing} {lately}?",
        "{name} knows why [{s:sg} is|is {s}] {event.ing} {lately}",
        "{name} knows what [{s:sg} has|has {s}] {tverb.part}",
    ),
    "auxiliary_form": (  # Each auxiliary selects a form of the verb.
        "{sg} has [{v:act.part}|{v}] {lately}",
        "{pl} have [{v:event.part}|{v.ing}] {lately}",
        "{sg} is [{v:act.ing}|{v}] {lately}",
        "{pl} are [{v:act.ing}|{v}] {lately}",
        "{someone} did not [{v:act}|{v.part}] {time}",
        "{someone} did not [{v:act}|{v.ing}] {time}",
        "{sg} does not [{v:event}|{v.s}] {habit}",
        "the {thing} was [{v:tverb.part}|{v.ing}] by {someone} {time}",
        "did {someone} [{v:event}|{v.part}] {time}?",
    ),
    "filler_gap": (  # A question word fills exactly one gap.
        "what did {someone} {tverb} [|{item}] {time}? / did {someone} {tverb} [{item}|] {time}?",
        "{name} knows [what|that] {someone} {tverb.past} {time}",
        "{name} knows [that|what] {someone} {tverb.past} {item} {time}",
        "the {thing} that {someone} {tverb.past} [|the {thing}] is {tadj}",
        "{name} found the {thing} that {someone} {tverb.past} [|the {thing}] {time}",
    ),
    "complement_form": (  # Verbs select an infinitive, a gerund or a bare verb.
        "{someone} {to_verb.past} [to {v:event}|{v.ing}] {time}",
        "{someone} {to_verb.past} to [{v:event}|{v.past}] {time}",
        "{someone} {ing_verb.past} [{v:event.ing}|to {v}] {time}",
        "{someone} {ing_verb.past} [{v:event.ing}|{v}] {time}",
        "{someone} {to_object.past} the {person} [to {v:event}|{v}] {time}",
        "{someone} {bare_object.past} the {person} [{v:event}|to {v}] {time}",
    ),
    "clause_type": (  # Verbs select a statement or a question.
        "{someone} {whether_verb.past} [whether|that] {someone} had {event.part}",
        "{someone} {that_verb.past} [that|whether] {someone} had {event.part}",
        "{sg} {whether_verb.s} [whether|that] {sg} is {state} / {sg} {that_verb.s} [that|whether] {sg} is {state}",
    ),
    "existential": (  # What there is must be indefinite.
        "there is [{x:person.a}|every {x}] in [every {y:place}|{y.a}]",
        "there was [{x:animal.a}|each {x}] {near} [each|a] {landmark}",
        "there are [some|most] {padj} {person.pl} in [most|some] {place.pl}",
        "there were [two|both] {tadj} {thing.pl} in [both|two] {place.pl}",
        "there is [no|every] {person} who {pverb.s} [every|no] {person}",
    ),
    "pronoun_case": (  # Pronouns: the case of subjects and of objects.
        "[he|him] {act.past} {time}",
        "[they|them] {act.past} {time}",
        "{name} said that [she|her] {event.past} {time}",
        "{someone} {pverb.past} [us|we] {time}",
        "{someone} {pverb.past} [them|they] {time}",
        "{someone} {pverb.past} [her|she] {time}",
    ),
    "coordination": (  # What is coordinated has one form, and the conjunctions go in pairs.
        "both {name} [and|or] {name} {act.past} {time} / either {name} [or|and] {name} {act.past} {time}",
        "{sg} [and {n:name}|{n} and] {act.past} {time}",
        "{sg} is {intr.ing} and [{v:event.ing}|{v}] {lately}",
        "{sg} has {intr.part} and [{v:event.part}|{v.ing}] {lately}",
        "{someone} did not {intr} or [{v:event}|{v.ing}] {time}",
        "{someone} did not {intr} or [{v:event}|{v.part}] {time}",
    ),
    "comparison": (  # Comparison: "taller than", "more careful than", "as tall as".
        "{sg} is {short.er} [than|as] {sg} / {sg} is as {short} [as|than] {sg}",
        "{sg} is more {long} [than|as] {sg} / {sg} is as {long} [as|than] {sg}",
        "{sg} is [|more] {short.er} than {sg} / {sg} is [more|] {long} than {sg}",
    ),
    "possessive": (  # Possessors are marked, and "my" is not "mine".
        "[{n:name.gen}|{n}] {thing} is {tadj} and {tadj}",
        "{sg} {tverb.past} [{n:name.gen}|{n}] {thing} {time}",
        "[{n:name}|{n.gen}] {event.s} every day",
        "[my|mine] {tadj} {thing} is in the {place}",
        "the {thing} in the {place} is [mine|my]",
        "{name} said that the {tadj} {thing} is [theirs|their]",
    ),
    "preposition": (  # Verbs and adjectives select their prepositions.
        "{sg} is {of_adj} [of|to] the {person} / {sg} is {of_adj} [of|on] the {person.pl}",
        "{sg} is {to_adj} [to|of] the {person}",
        "{pl} {to_prep.past} [to|on] the {person} {time}",
        "{sg} {on_prep.s} [on|of] the {person} / {pl} {on_prep} [on|to] the {person.pl}",
    ),
}

# Only in unseen.tsv; each has a relative above that training shows.
HELD_OUT: dict[str, tuple[str, ...]] = {
    "agreement_relative": (  # Subject-verb agreement across a relative clause.
        "{sg_rel} [{v:act.s}|{v}] {habit} / {pl_rel} [{v:act}|{v.s}] {habit}",
        "{sg_rel} [is|are] {state} / {pl_rel} [are|is] {state}",
        "{sg_rel} [has|have] {event.part} / {pl_rel} [have|has] {event.part}",
    ),
    "modal_form": (  # The form of the verb after a modal.
        "{sg} {modal} [{v:act}|{v.s}] {soon}",
        "{pl} {modal} [{v:act}|{v.ing}] {soon}",
        "{someone} {modal} [{v:event}|{v.part}] {soon}",
        "{someone} {modal_not} [{v:event}|{v.ing}] {soon}",
        "{ask} {someone} [{v:event}|{v.part}] {soon}?",
    ),
    "much_many": (  # "Much" with mass nouns, "many" with plurals.
        "{someone} did not {fverb} [much|many] {food} {time} / {someone} did not {tverb} [many|much] {thing.pl} {time}",
        "how [much|many] {food} did {someone} {fverb} {time}?",
        "how [many|much] {thing.pl} did {someone} {tverb} {time}?",
        "{someone} {fverb.past} too [much|many] {food} {time}",
        "{someone} {tverb.past} so [many|much] {tadj} {thing.pl} {time}",
    ),
    "determiner_order": (  # "All the", "those two": determiners have an order of their own.
        "[all the|the all] {person.pl} {act.past} {time}",
        "{someone} {tverb.past} [those two|two those] {thing.pl} {time}",
        "{someone} {tverb.past} [my three|three my] {tadj} {thing.pl} {time}",
        "[both these|these both] {person.pl} {act.past} {time}",
    ),
    "pronoun_after_preposition": (  # Prepositions take the case of objects.
        "{someone} {intr.past} {near} [us|we] {time}",
        "{someone} {lend.past} the {thing} to [her|she] {time}",
        "{sg} is {of_adj} of [him|he]",
        "{pl} {to_prep.past} to [them|they] {time}",
    ),
    "reciprocal": (  # "Each other" needs a plural antecedent in its own clause.
        "[the {p:person.pl}|the {p}] {pverb.past} each other {time}",
        "the [{p:person.pl} {n:near} the {q:person}|{p} {n} the {q.pl}] {pverb.past} each other {time}",
        "[{n:name}|the {p:person.pl}] said that [the {p.pl}|{n}] {pverb.past} each other",
    ),
}

# Around some statements, the same for both members of a pair, for longer sentences and irrelevant words.
FRAMES = (
    "according to {name}, %s",
    "{name} says that %s",
    "the {person} knows that %s",
    "it is true that %s",
    "%s, and {name} knows it",
    "%s, but the {person} was not there",
)
FRAMED = 0.2  # of the statements

# Past and participle of the verbs that do not take -ed.
IRREGULAR = {
    "bring": ("brought", "brought"), "buy": ("bought", "bought"), "eat": ("ate", "eaten"), "feed": ("fed", "fed"),
    "give": ("gave", "given"), "hear": ("heard", "heard"), "kneel": ("knelt", "knelt"), "lend": ("lent", "lent"),
    "let": ("let", "let"), "make": ("made", "made"), "see": ("saw", "seen"), "sell": ("sold", "sold"),
    "sleep": ("slept", "slept"), "tell": ("told", "told"), "think": ("thought", "thought"),
}  # fmt: skip


def with_s(word: str) -> str:
    """Form the plural of a noun or the third person of a verb."""
    if word.endswith(("s", "x", "ch", "sh")):
        return word + "es"
    return re.sub(r"(?<![aeiou])y$", "ie", word) + "s"


def with_ed(word: str) -> str:
    """Form the regular past of a verb; no verb of the lexicon doubles its last letter."""
    return re.sub(r"(?<![aeiou])y$", "i", word.removesuffix("e")) + "ed"


FORMS: dict[str, Callable[[str], str]] = {
    "s": with_s,
    "pl": with_s,
    "past": lambda verb: IRREGULAR[verb][0] if verb in IRREGULAR else with_ed(verb),
    "part": lambda verb: IRREGULAR[verb][1] if verb in IRREGULAR else with_ed(verb),
    "ing": lambda verb: re.sub(r"(?<!e)e$", "", verb) + "ing",
    "er": lambda adjective: adjective + "er",
    "gen": lambda name: name + "'s",
    "a": lambda noun: ("an " if noun[0] in "aeiou" else "a ") + noun,
}
SLOT = re.compile(r"\{(?:(\w):)?(\w+)(?:\.(\w+))?\}")
CONTRAST = re.compile(r"\[([^|\]]*)\|([^|\]]*)\]")


class Writer:
    """Turns templates into pairs of sentences with the words of one side of the split."""

    def __init__(self, side: int, rng: random.Random) -> None:
        self.words = {kind: sides[side].split() for kind, sides in LEXICON.items()}
        self.rng = rng

    def pair(self, template: str) -> tuple[str, str]:
        """Make the acceptable and the unacceptable sentence of one expansion."""
        if "?" not in template and self.rng.random() < FRAMED:
            template = self.rng.choice(FRAMES) % template
        text = self._expand(template, {}, set())
        good, bad = (finish(CONTRAST.sub(rf"\{member}", text)) for member in (1, 2))
        return good, bad

    def _expand(self, template: str, bound: dict[str, str], used: set[str]) -> str:
        def fill(slot: re.Match[str]) -> str:
            name, kind, form = slot.groups()
            if kind in bound:
                text = bound[kind]
            elif kind in RULES:
                text = self._expand(self.rng.choice(RULES[kind]), bound, used)
            else:
                text = self.rng.choice([word for word in self.words[kind] if word not in used])
                used.add(text)
            if name:
                bound[name] = text
            if form:
                first, space, rest = text.partition(" ")
                text = FORMS[form](first) + space + rest
            return text

        return SLOT.sub(fill, template)


def finish(text: str) -> str:
    """Add a capital and a full stop and tidy the spaces."""
    text = re.sub(r" (?=[,.?])", "", " ".join(text.split()))
    return text[0].upper() + text[1:] + ("" if text.endswith(("?", ".")) else ".")


def pairs(writer: Writer, phenomena: dict[str, tuple[str, ...]], count: int) -> Iterator[tuple[str, str, str]]:
    """Yield distinct pairs as (phenomenon, acceptable, unacceptable), ``count`` for each template."""
    seen: set[str] = set()
    for phenomenon, lines in phenomena.items():
        for template in " / ".join(lines).split(" / "):
            made = 0
            while made < count:
                good, bad = writer.pair(template)
                if not {good, bad} & seen and all(len(member.split()) in LENGTH for member in (good, bad)):
                    seen |= {good, bad}
                    made += 1
                    yield phenomenon, good, bad


def build() -> dict[str, str]:
    """Make the text of both files, by name."""
    rng = random.Random(SEED)
    train, unseen = Writer(0, rng), Writer(1, rng)
    sides = {
        "train.tsv": [*pairs(train, TRAINED, TRAIN_PAIRS)],
        "unseen.tsv": [*pairs(unseen, TRAINED, UNSEEN_PAIRS), *pairs(unseen, HELD_OUT, HELD_OUT_PAIRS)],
    }
    files: dict[str, str] = {}
    numbers = itertools.count(1)
    for name, made in sides.items():
        rng.shuffle(made)
        lines = [HEADER]
        for phenomenon, good, bad in made:
            number = next(numbers)
            lines += [f"{good}\t1\t{phenomenon}\t{number}", f"{bad}\t0\t{phenomenon}\t{number}"]
        files[name] = "\n".join(lines) + "\n"
    return files


def main() -> int:
    """Write the files, or with ``--check`` say whether they are what would be written."""
    parser = argparse.ArgumentParser(description="Write the acceptability sentences of the fine-tuning demo.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file would change")
    check = parser.parse_args().check
    stale = False
    for name, text in build().items():
        path = SENTENCES / name
        if not check:
            path.write_bytes(text.encode())
        elif not path.is_file() or path.read_bytes() != text.encode():
            print(f"{path} is not what {Path(__file__).name} writes")
            stale = True
    return int(stale)


if __name__ == "__main__":
    raise SystemExit(main())
