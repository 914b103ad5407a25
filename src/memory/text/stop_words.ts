// English words that say how a sentence is built and not what it is about. They stay in the index
// and weigh almost nothing, so that a query made of nothing else still finds something. Short on
// purpose: words like "not", "no", "may" or "will" can be what a fact is about.

const WORDS = `
a about am an and any are as at be been but by can could did do does doing for from had has have
having he her here hers him his how i if in into is it its me my of on or our ours she should so
some such than that the their theirs them then there these they this those to too us was we were
what when where which who whom why with would you your yours im ive id dont doesnt didnt isnt
wasnt thats whats
`;

/** The stop words, in lower case without apostrophes. */
export const STOP_WORDS: ReadonlySet<string> = new Set(WORDS.trim().split(/\s+/));
