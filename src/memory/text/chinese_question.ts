// What question.ts looks for in English, in Chinese, in both of its scripts. Without borders of words,
// which Chinese does not write; so only what is seldom a part of something else.

/** The patterns of one language. */
export interface QuestionPatterns {
  readonly asksTime: RegExp;
  readonly asksNumber: RegExp;
  readonly asksNow: RegExp;
  /** Holds a time, and so on. */
  readonly time: RegExp;
  readonly number: RegExp;
  readonly self: RegExp;
  /** What a request begins with, and says nothing of the one who asks. */
  readonly request: RegExp;
  /** Speaks of the other one. */
  readonly other: RegExp;
}

// After a number; with them "一" is one, and not a part of "一起" or "一样".
const UNITS = "[个個次只隻本件条條张張位名天年月周週块塊元岁歲种種家场場部首杯台台辆輛]";

/** Those of Chinese. */
export const CHINESE: QuestionPatterns = {
  asksTime:
    /什[么麼]时候|什[么麼]時候|何[时時]|哪[一]?[年天]|哪[个個]月|几[月号點点]|幾[月號點点]|多久|多[长長][时時][间間]/,
  asksNumber: new RegExp(`多少|[几幾]${UNITS}`),
  asksNow: /[现現]在|目前|[当當]前|最近|最新|如今/,
  time: new RegExp(
    [
      /\d ?[年月日号號点點]|\d ?(?:天|[周週]|小[时時]|分[钟鐘])|[昨今明前后後]天|[去今明前]年/,
      /[上下这這][个個]?(?:[周週]|星期|[礼禮]拜|月)|(?:星期|[周週]|[礼禮]拜)[一二三四五六日天末]|[早晚]上/,
    ].map((part) => part.source).join("|"),
  ),
  number: new RegExp(`[一二两兩三四五六七八九十百千万萬]${UNITS}`),
  self: /我(?!们|們)/,
  request: /[你您](?:能|可以|可不可以|会|會)|(?:告[诉訴]|提醒|[给給]|[帮幫])我/g,
  other: /[你您]/,
};
