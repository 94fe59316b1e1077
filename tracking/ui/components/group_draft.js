// What a meeting under way consists of, and how a stored one is read back: row numbers
// and typed texts only.

function freshMeeting(today) {
  return {
    key: newKey(),
    attempt: 0,
    handled: 0,
    sent: false,
    only_complete: false,
    held_on: today,
    more: false,
    saved: [],
    rows: {},
  };
}

function cleanMeeting(stored, today) {
  if (!stored || typeof stored !== "object" || !isText(stored.key)) return null;
  const draft = freshMeeting(today);
  draft.key = stored.key;
  if (Number.isInteger(stored.attempt)) draft.attempt = stored.attempt;
  if (Number.isInteger(stored.handled)) draft.handled = stored.handled;
  draft.sent = stored.sent === true;
  draft.only_complete = stored.only_complete === true;
  draft.more = stored.more === true;
  if (isText(stored.held_on)) draft.held_on = stored.held_on;
  if (Array.isArray(stored.saved)) draft.saved = stored.saved.filter(Number.isInteger);
  for (const [id, row] of Object.entries(stored.rows || {})) {
    const entry = { attendance: "present", ratings: {} };
    if (ATTENDANCES.includes(row?.attendance)) entry.attendance = row.attendance;
    for (const [key, rating] of Object.entries(row?.ratings || {})) {
      entry.ratings[key] = cleanRating(rating);
    }
    draft.rows[id] = entry;
  }
  return draft;
}
