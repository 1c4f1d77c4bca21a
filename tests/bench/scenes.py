"""What can happen in a made-up article: each scene is a sentence or two, and what it says in YAML."""

from __future__ import annotations

from collections.abc import Callable

from tests.bench.sheet import Sheet
from tests.bench.ties import alliance, umbrella
from tests.bench.words import PEOPLE, THINGS

Scene = Callable[[Sheet], None]


def pledge(sheet: Sheet) -> str:
    """The heart of every article: somebody promises something; gives its title."""
    rank = sheet.cast.rank(sheet.random)
    league, chair = sheet.cast.organization(rank), sheet.cast.person(rank)
    org, who = sheet.use(league, rank), sheet.use(chair, rank)
    what = f"{sheet.random.choice(THINGS)} for {sheet.number()} {sheet.random.choice(PEOPLE)}"
    sheet.say(f'"We will open a {what}," said {chair.name} of the {league.name}.')
    sheet.add(
        "world",
        f"""\
opening: {{is: event, kind: other, label: the opening of a {what}}}
promise:
  is: undertaking
  kind: commitment
  label: to open a {what}
  by: [{org}]
  foresees: opening
""",
    )
    sheet.add(
        "statements",
        f"""\
remark:
  kind: remark
  by:
    - who: {who}
      for: {{{org}: inferred}}
  not-stated: [when]
  quote: said {chair.name}
  claims:
    - id: pledged
      says: The {league.name} will open a {what}.
      content: promise
      modality: asserted
      quote: We will open a {what}
""",
    )
    return f"Plans for a {what}"


def office(sheet: Sheet) -> None:
    """Who holds which post."""
    rank, number = sheet.cast.rank(sheet.random), sheet.number()
    org, person = sheet.cast.organization(rank), sheet.cast.person(rank)
    where, who = sheet.use(org, rank), sheet.use(person, rank)
    sheet.say(f"{person.name} became chair of the {org.name} by {number} votes.")
    sheet.add(
        "posts",
        f"""\
chair:
  label: chair of the {org.name}
  in: {where}
""",
    )
    sheet.add(
        "world",
        f"""\
chairmanship:
  is: membership
  member: {who}
  organization: {where}
  post: chair
  not-stated: [starts, ends]
""",
    )
    sheet.add(
        "article-says",
        f"""\
- says: {person.name} chairs the {org.name}.
  content: chairmanship
  givenness: stated
  modality: asserted
  polarity: affirmed
  quote: became chair of the {org.name} by {number} votes
""",
    )


def kept(sheet: Sheet) -> None:
    """What another article's promise came to."""
    number = sheet.number()
    sheet.say(f"What had been promised was opened after {number} days.")
    sheet.add(
        "article-says",
        f"""\
- id: kept
  says: What was promised was done after {number} days.
  fulfilment: reported-done
  content: {sheet.plan.other}.promise
  quote: was opened after {number} days
""",
    )


def rally(sheet: Sheet) -> None:
    """A meeting, and a number that its organizer gives."""
    rank, town = sheet.cast.rank(sheet.random), sheet.random.randrange(24)
    org, place = sheet.cast.organization(rank), sheet.cast.town(town)
    host, where, count = sheet.use(org, rank), sheet.use(place, town), sheet.number()
    sheet.say(f"The {org.name} counted {count} people at its rally in {place.name}.")
    sheet.add(
        "world",
        f"""\
rally:
  is: event
  kind: rally
  label: a rally of {count} people
  not-stated: [when, participants]
crowd: {{is: figure, of: rally, measure: attendance, exactly: {count}}}
seat:
  is: relation
  kind: operates-in
  subject: {host}
  object: {where}
  not-stated: [starts, ends]
""",
    )
    sheet.add(
        "statements",
        f"""\
count:
  kind: remark
  by: [{host}]
  not-stated: [when]
  quote: The {org.name} counted
  claims:
    - says: There were {count} people at the rally.
      content: crowd
      modality: asserted
      quote: counted {count} people
""",
    )
    sheet.add(
        "article-says",
        f"""\
- says: The {org.name} is active in {place.name}.
  content: seat
  modality: asserted
  polarity: affirmed
  quote: its rally in {place.name}
""",
    )


def registered(sheet: Sheet) -> None:
    """A legal status, in the article's own voice."""
    rank, town = sheet.cast.rank(sheet.random), sheet.random.randrange(24)
    org, place = sheet.cast.organization(rank), sheet.cast.town(town)
    whose, where, year = sheet.use(org, rank), sheet.use(place, town), sheet.random.randrange(2010, 2030)
    law = sheet.number()
    sheet.say(f"The {org.name} was registered in {place.name} in {year} under law {law}.")
    sheet.add(
        "world",
        f"""\
registration:
  is: legal-status
  of: {whose}
  status: registered
  form: association
  jurisdiction: {where}
  legal-basis: Law {law}
  starts: {{date: "{year}", words: in {year}}}
""",
    )
    sheet.add(
        "article-says",
        f"""\
- says: The {org.name} is registered in {place.name}.
  content: registration
  givenness: stated
  modality: asserted
  polarity: affirmed
  quote: was registered in {place.name} in {year} under law {law}
""",
    )


def opinion(sheet: Sheet) -> None:
    """What somebody thinks of the promise, and on what condition they would think otherwise."""
    rank, number = sheet.cast.rank(sheet.random), sheet.number()
    person = sheet.cast.person(rank)
    who = sheet.use(person, rank)
    sheet.say(
        f"{person.name} called the plan a waste of {number} crowns. The plan would be useful, the critic"
        f" added, if {number} more people asked for it."
    )
    sheet.add(
        "statements",
        f"""\
critique:
  kind: remark
  by: [{who}]
  not-stated: [when]
  quote: {person.name} called
  claims:
    - says: The plan is a waste.
      stance: {{negative: opening, words: [waste]}}
      modality: asserted
      polarity: affirmed
      cue: called
      quote: the plan a waste of {number} crowns
    - id: asked
      says: More people ask for it.
      modality: hypothetical
      polarity: affirmed
      about: opening
      quote: if {number} more people asked for it
    - says: The plan would be useful then.
      modality: predicted
      polarity: affirmed
      if: asked
      about: opening
      quote: The plan would be useful
""",
    )


FURTHER: tuple[tuple[tuple[Scene, ...], ...], ...] = (
    ((),),
    ((rally,), (alliance,)),
    ((office, registered, opinion, umbrella),),
)
"""The scenes beside the pledge, by size: any of these sets."""
