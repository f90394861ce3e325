// Version 4. Verdicts are kept without their evidence, which a record's facts give again; and facts hold what the state of
// version 3 did. An earlier collector would read such a record and take it for another: so it is told to keep away.

export const verdictsAlone = `
UPDATE states SET verdict = json_remove(verdict, '$.signals');
`
