-- Room on each page for the new version of its rows: an answer changes every record and dose once. Only new pages have it; those that are
-- there keep their rows as they are.
${room_record};
${room_dose};
