#!/bin/sh
# What `make demo` shows: a project built, a question answered, the words behind the answer.
# Usage: demo.sh DKG PROJECT (the command, and the folder to make).
set -eu
dkg=$1
project=$2
bin=$(dirname "$dkg")
case $bin in /*) ;; *) bin="\$PWD/$bin" ;; esac

if [ -t 1 ]; then bold=$(printf '\033[1m') plain=$(printf '\033[0m'); else bold='' plain=''; fi
say() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
run() { printf '$ dkg %s\n' "$*"; "$dkg" "$@" --project "$project"; }

say "1. A project with eighteen articles, all of it invented, and an annotation beside each"
printf '$ dkg init %s --demo\n' "$project"
"$dkg" init "$project" --demo >/dev/null
say "2. The annotations become a validated graph"
run build
cat <<TEXT
(The infos are no mistakes: where sources differ, as two newspapers do on what a court did, both versions stay.)
TEXT
say "3. A first question: did the court dissolve the Union of Tarvians? Who says so, and in which words?"
run query run voice-of-claims-about --param node=court-ruling.dissolution --evidence
cat <<TEXT
(One newspaper says it in its own voice; the ministry and its spokeswoman deny it. Nobody decided
between them for you. The last line of each block is the place of the annotation.)
TEXT
say "Try next"
cat <<TEXT
  export PATH="$bin:\$PATH" && cd $project
  dkg why court-ruling.dissolution
  dkg query run legal-history --param organization=union-of-tarvians --evidence
  dkg query run commitments
  dkg query list
  dkg check --explain articles/court-ruling.yaml
Then change an annotation in $project/articles/, and: dkg build
The annotation format is explained in $project/docs/native-format.md
TEXT
