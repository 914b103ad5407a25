// Common English words whose forms no suffix rule brings together. Only forms that stand for one
// word are listed: "saw", "left" and "found" mean other things too often.

// One line per base form: the base, then its irregular forms.
const LINES = `
be been
become became
begin began begun
bite bitten
blow blew blown
break broke broken
bring brought
build built
buy bought
catch caught
child children
choose chose chosen
come came
criterion criteria
deal dealt
draw drew drawn
drink drank drunk
drive drove driven
eat ate eaten
fall fell fallen
feel felt
fight fought
fly flew flown
foot feet
forget forgot forgotten
freeze froze frozen
get got gotten
give gave given
go went gone
grow grew grown
half halves
hear heard
hide hid hidden
hold held
index indices
keep kept
knife knives
know knew known
lead led
leaf leaves
lend lent
life lives
lose lost
make made
man men
matrix matrices
mean meant
meet met
mouse mice
pay paid
person people
ride rode ridden
ring rang rung
run ran
say said
see seen
sell sold
send sent
shake shook shaken
shelf shelves
shoot shot
sing sang sung
sink sank sunk
sleep slept
speak spoke spoken
spend spent
stand stood
steal stole stolen
stick stuck
strike struck
swim swam swum
take took taken
teach taught
tell told
think thought
throw threw thrown
tooth teeth
understand understood
vertex vertices
wake woke woken
wear wore worn
wife wives
win won
woman women
write wrote written
`;

/** The base form of each irregular form. */
export const IRREGULAR_FORMS: ReadonlyMap<string, string> = new Map(
  LINES.trim().split("\n").flatMap((line) => {
    const [base = "", ...forms] = line.split(" ");
    return forms.map((form) => [form, base] as const);
  }),
);
