/* Suggestions while typing, for every <input data-suggest="KIND …">; written in a later commit. */
