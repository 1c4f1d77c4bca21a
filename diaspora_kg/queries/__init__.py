"""What can be asked: saved queries, their answers, and the words that each answer rests on."""
