// A browser reads no other file from a page that was opened from a folder, so there the search
// shows titles without excerpts, instead of an error for each.
if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined") {
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
}
