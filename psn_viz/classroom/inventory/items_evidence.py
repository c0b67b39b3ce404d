"""Items of the inventory on lessons 06 to 11: what a number shows, and what a reset does and does not forbid."""

from __future__ import annotations

from psn_viz.classroom.inventory.inventory_item import Objective, item

_ABOUT_THE_LIF = (
    "06",
    "One neuron, one device, and a factor of twelve between two programs. *A speed-up over \"an LIF\" can be about "
    "the LIF.*",
)  # fmt: skip
_ONE_MACHINE = ("06", "Only numbers of one machine can be compared:")
_RAN_AS = ("06", "A ratio says what both sides ran as.")
_LEVEL = (
    "07",
    "So a network that has lost step 0 can only guess, and is right in one of four cases: 25 %. This is "
    "*chance level*.",
)
_CHANCE = ("07", "*A curve at chance shows that training did not succeed, not that the neuron forgets.*")
_OWN_ROW = ("00", "*At the last step* memory counts: the neuron without it has seen only the bottom row.")
_ORDER = (
    "08",
    "*Only without memory, and read as a mean, does the order of the rows not matter.* (Read at the last step it "
    "does, memory or not: another row is the last one.)",
)  # fmt: skip
_ABLATION = ("09", "An ablation shows what a network uses, not what the task needs.")
_FROM_THE_START = (
    "09",
    "What a *kind* of neuron can do is shown by networks trained from the start that differ in one thing.",
)
_LUCK = ("10", "And *within the luck* is not *no difference*.")
_BAND = (
    "10",
    "*In the figure the grey band spans the two LIF runs: same arguments, so luck.* Hold each lead against it:",
)
_STANDS = ("10", "More than twice the band, on both data sets. It stands, as far as single runs can tell,")
_FORGETS = (
    "11",
    "**After a hard reset nothing of the past is left.** V is 0, whatever came before. So the next spike depends on "
    "*where the last one was*, and on the inputs since.",
)  # fmt: skip

OBJECTIVES = (
    Objective(
        "opponent", "06", 1, "say what each side ran as",
        item(
            "On one computer and for the same sizes, two programs of an old kind of neuron were timed: P takes 60 ms "
            "and Q takes 5 ms, with the same results. A new kind of neuron takes 6 ms there. What do these times "
            "show?",
            [
                ("ratio_is_of_the_neuron", "The new kind is 10 times as fast as the old kind on this computer"),
                ("", "On this computer the new kind is 10 times as fast as P, and slower than Q"),
                ("parallel_is_less", "The new kind needs a tenth of the operations that P needs"),
                (
                    "ratio_same_everywhere",
                    "On other computers, too, the new kind is 10 times as fast as P, and slower than Q",
                ),
            ],
            _ABOUT_THE_LIF, _RAN_AS, _ONE_MACHINE,
        ),
        item(
            "A phone is used to time two programs that clean a recording in the same old way: P takes 24 s and Q "
            "takes 8 s, with the same results. A program that works in a new way takes 2 s on it. What do these "
            "times show?",
            [
                (
                    "ratio_same_everywhere",
                    "On other phones, too, the new way is 12 times as fast as P, 4 times as fast as Q",
                ),
                ("parallel_is_less", "The new way needs a twelfth of the operations that P needs"),
                ("ratio_is_of_the_neuron", "The old way takes 12 times as long as the new one on this phone"),
                ("", "On this phone the new way is 12 times as fast as P, 4 times as fast as Q"),
            ],
            _ABOUT_THE_LIF, _RAN_AS, _ONE_MACHINE,
        ),
    ),
    Objective(
        "chance", "07", 4, "tell \"it cannot remember\" from \"training has not found out how\"",
        item(
            "A network of neurons that carry a fading memory sees one of four signals, all equally frequent, and has "
            "to name it 8 steps later. After its training it is right in 25 of 100 cases. What does that show?",
            [
                ("chance_is_forgetting", "These neurons forget a signal within 8 steps"),
                ("chance_is_impossible", "This task is too hard to be learned"),
                ("any_share_is_knowledge", "It has learned a quarter of the task"),
                ("", "This training has found no way to do it"),
            ],
            _LEVEL, _CHANCE,
        ),
        item(
            "A network of neurons hears one of five tones, all equally frequent, then noise, and has to name the "
            "tone 20 steps later. Three trainings of the same kind end at 19, 20 and 21 right answers of 100. "
            "Somebody says: \"So these neurons cannot hold a tone for 20 steps.\" Has that been shown?",
            [
                ("", "No: these trainings have found no way"),
                ("chance_is_forgetting", "Yes: three trainings agree on it"),
                ("any_share_is_knowledge", "No: they hold it in one case of five"),
                ("chance_is_impossible", "Yes: it is too hard, and no training finds a way"),
            ],
            _LEVEL, _CHANCE,
        ),
    ),
    Objective(
        "readout", "08", 3, "say what the readout decides, and why a mean over steps hides what a neuron remembers",
        item(
            "Three networks read a picture of 28 rows, row after row, and give a score at each row. L and M see only "
            "the present row; N also remembers the rows before it. The result of L is its score at the last row. The "
            "results of M and N are the means of their 28 scores. Now row 10 and the last row of the picture change "
            "places. Whose result can change?",
            [
                ("mean_forgets_order", "Only that of L"),
                ("", "Those of L and N"),
                ("order_always_counts", "All three"),
            ],
            _ORDER, _OWN_ROW,
        ),
        item(
            "Three networks read a text of 40 words, word after word, and give a score at each word. L and M see "
            "only the present word; N also remembers the words before it. The results of L and N are the means of "
            "their 40 scores. The result of M is its score at the last word. Now the first and the last word of the "
            "text change places. Whose result can change?",
            [
                ("order_always_counts", "All three"),
                ("", "Those of M and N"),
                ("mean_forgets_order", "Only that of M"),
            ],
            _ORDER, _OWN_ROW,
        ),
    ),
    Objective(
        "uses", "09", 4, "tell what this network uses from what the task needs",
        item(
            "In a trained network some connections are set to 0, and nothing else is changed. It was right in 85 of "
            "100 cases before; now it is right in 60. A second network is trained from the start without these "
            "connections, and is right in 85. What do the two tests show about these connections?",
            [
                ("", "The first network uses them; the task can be done without"),
                ("network_is_task", "The task needs them: it cannot be done as well without"),
                ("back_means_unused", "They were of no use: with and without them, 85 are right"),
            ],
            _ABLATION, _FROM_THE_START,
        ),
        item(
            "A trained network can look at all 50 steps of a recording. When its weights for steps more than 8 back "
            "are set to 0, its right answers fall from 78 to 31 of 100. Another network, trained from the start to "
            "look back 8 steps only, gives 78. What do the two tests show about the older steps?",
            [
                ("network_is_task", "The task needs them: 47 right answers are lost when they go"),
                ("back_means_unused", "They were of no use: with and without them, 78 are right"),
                ("", "The first network uses them, but the task can be done without"),
            ],
            _ABLATION, _FROM_THE_START,
        ),
    ),
    Objective(
        "luck", "10", 1, "tell apart what stands behind a number in a table",
        item(
            "A method is trained twice with the same settings; only the random start differs. It is right in 79.8 % "
            "and in 81.5 %. Two new methods are trained once each: P is right in 82.0 %, Q in 93.4 %. What can be "
            "said by now?",
            [
                ("higher_is_better", "P is a little better than the old method, and Q much better"),
                ("not_shown_is_none", "Q seems better; P is as good as the old method"),
                ("", "Q seems better; whether P is better is open"),
                ("all_is_noise", "Whether P or Q is better is open, with one run each"),
            ],
            _BAND, _STANDS, _LUCK,
        ),
        item(
            "Two runs of the same program with the same settings, except for the random start, make 62.9 % and 60.2 "
            "% right. Then the program is made simpler in two ways, with one run each: version P makes 59.6 % "
            "right, version Q 38.0 %. What can be said by now?",
            [
                ("all_is_noise", "What P or Q costs is open, with one run each"),
                ("", "Q seems worse; whether P costs anything is open"),
                ("higher_is_better", "P is a little worse than before, and Q much worse"),
                ("not_shown_is_none", "Q seems worse; P costs nothing"),
            ],
            _BAND, _STANDS, _LUCK,
        ),
    ),
    Objective(
        "forgets", "11", 1, "say why that is possible",
        item(
            "A neuron halves its number at each step and adds the input. When the number is 2 or more, the neuron "
            "fires, and then its number is set to 0. Two such neurons have had different inputs. At step 7 both "
            "fire: the number of one had reached 3, that of the other 9. From step 8 on both get the same inputs, "
            "under which they fire again. Which of them fires next?",
            [
                ("past_left", "The one that had reached 9"),
                ("", "Both, at the same step"),
                ("reset_ignored", "That depends on their inputs before step 7"),
            ],
            _FORGETS,
        ),
        item(
            "A neuron takes a tenth of its number away at each step and adds the input. When the number is 5 or "
            "more, the neuron fires, and then its number is set to 0. It has just fired at step 12. What has to be "
            "known to work out when it fires next?",
            [
                ("", "The inputs from step 13 on"),
                ("past_left", "The inputs from step 13 on, and how far above 5 the number was at step 12"),
                ("reset_ignored", "All inputs from step 1 on"),
            ],
            _FORGETS,
        ),
    ),
)  # fmt: skip
