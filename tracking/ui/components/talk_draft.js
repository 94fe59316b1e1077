// What a talk under way consists of, and how a stored one is read back: row numbers and
// typed texts only.

function freshDraft(today) {
  return {
    key: newKey(),
    attempt: 0,
    handled: 0,
    sent: false,
    spell_id: null,
    held_on: today,
    kind: "individual",
    attendance: "present",
    ratings: {},
  };
}

function cleanDraft(stored, today) {
  if (!stored || typeof stored !== "object" || !isText(stored.key)) return null;
  const draft = freshDraft(today);
  draft.key = stored.key;
  if (Number.isInteger(stored.attempt)) draft.attempt = stored.attempt;
  if (Number.isInteger(stored.handled)) draft.handled = stored.handled;
  draft.sent = stored.sent === true;
  if (Number.isInteger(stored.spell_id)) draft.spell_id = stored.spell_id;
  if (isText(stored.held_on)) draft.held_on = stored.held_on;
  if (stored.kind === "phone") draft.kind = "phone";
  if (ATTENDANCES.includes(stored.attendance)) {
    draft.attendance = stored.attendance;
  }
  for (const [code, rating] of Object.entries(stored.ratings || {})) {
    draft.ratings[code] = cleanRating(rating);
  }
  return draft;
}
