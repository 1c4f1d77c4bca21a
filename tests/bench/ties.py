"""Scenes in which organizations have to do with each other."""

from __future__ import annotations

from tests.bench.sheet import Sheet


def umbrella(sheet: Sheet) -> None:
    """One organization in another, always the rarer in the more frequent: no circle ever closes."""
    high, low = sheet.cast.two(sheet.random)
    roof, house = sheet.cast.organization(high), sheet.cast.organization(low)
    above, below, number = sheet.use(roof, high), sheet.use(house, low), sheet.number()
    sheet.say(f"The {house.name} belongs to the {roof.name} with {number} others.")
    sheet.add(
        "world",
        f"""\
belonging:
  is: membership
  member: {below}
  organization: {above}
  not-stated: [starts, ends]
""",
    )
    sheet.add(
        "article-says",
        f"""\
- id: belongs
  says: The {house.name} is a member of the {roof.name}.
  content: belonging
  givenness: stated
  modality: asserted
  polarity: affirmed
  quote: belongs to the {roof.name} with {number} others
""",
    )


def alliance(sheet: Sheet) -> None:
    """Two chairs sign a joint statement for their organizations."""
    ranks = sheet.cast.two(sheet.random)
    orgs, persons = zip(*((sheet.cast.organization(r), sheet.cast.person(r)) for r in ranks), strict=True)
    keys = [sheet.use(org, rank) for org, rank in zip(orgs, ranks, strict=True)]
    who = [sheet.use(person, rank) for person, rank in zip(persons, ranks, strict=True)]
    number = sheet.number()
    sheet.say(
        f"{persons[0].name} and {persons[1].name} signed a joint statement for the {orgs[0].name} and the"
        f" {orgs[1].name}: they will work together for {number} months."
    )
    sheet.add(
        "world",
        f"""\
alliance:
  is: relation
  kind: cooperates-with
  subject: {keys[0]}
  object: {keys[1]}
  not-stated: [starts, ends]
""",
    )
    sheet.add(
        "statements",
        f"""\
joint:
  kind: joint-statement
  by:
    - who: {who[0]}
      for: {keys[0]}
    - who: {who[1]}
      for: {keys[1]}
  not-stated: [when]
  quote: signed a joint statement
  claims:
    - says: The two will work together for {number} months.
      givenness: stated
      modality: predicted
      polarity: affirmed
      content: alliance
      quote: they will work together for {number} months
""",
    )
