"""Så skyddar vi deltagarna: vad som lämnar insatsen, vad som döljs och varför, i klara ord."""

from tracking.domain.disclosure import DEFAULT_K
from tracking.outcomes import directory
from tracking.ui import frame, protection_words
from tracking.ui.guard import require

context = require("sa_skyddar_vi")
forbund = directory.forbund(context.database)
k = DEFAULT_K if forbund is None else forbund.disclosure_threshold
frame.title(
    "Så skyddar vi deltagarna",
    page=context.page,
    lead=f"Antal under {k} visas aldrig i en uppdelning utanför insatsen, och inget annat tal får "
    "avslöja dem.",
)
protection_words.paragraphs(k)
protection_words.example(k)
