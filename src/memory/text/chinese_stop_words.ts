// What stop_words.ts is for English, for Chinese in both of its scripts. A text without spaces is read
// by pairs of characters, so these are the pairs that such words are made of: what a question asks with,
// who and which is pointed at, and what joins sentences. Words of negation are left out, as in English.

const PAIRS = `
什么 什麼 甚么 甚麼 么时 麼時 时候 時候 何时 何時 怎么 怎麼 么样 麼樣 怎样 怎樣 如何 哪里 哪裡 哪裏
哪儿 哪兒 哪个 哪個 哪些 为什 為什 多少 几个 幾個 是否
我们 我們 你们 你們 他们 他們 她们 她們 它们 它們 自己 这个 這個 那个 那個 这些 這些 那些
这样 這樣 那样 那樣 这里 這裡 那里 那裡 一个 一個 一些
因为 因為 所以 但是 可是 如果 而且 或者 还是 還是 虽然 雖然 然后 然後 就是 也是 都是 还有 還有
可以 关于 關於 对于 對於
`;

/** The pairs of characters. */
export const CHINESE_STOP_PAIRS: ReadonlySet<string> = new Set(PAIRS.trim().split(/\s+/));
