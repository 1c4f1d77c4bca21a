#!/bin/sh
# What `make demo` shows: a project built, a question answered, the words behind the answer.
set -eu
dkg=$1
project=$2

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
run() { printf '$ dkg %s\n' "$*"; "$dkg" "$@"; }

say "1. A project of fictional articles with their annotations"
run init "$project" --demo
say "2. Annotations become a validated graph"
run build --project "$project"
say "3. A first question, with the words that each answer rests on"
run query run legal-history --param organization=union-of-tarvians --evidence --project "$project"
say "Try next"
cat <<TEXT
  $dkg query list --project $project
  $dkg query run evaluations --project $project --evidence
  $dkg why court-ruling.dissolution --project $project
  edit an annotation in $project/articles/, then: $dkg build --project $project
TEXT
