# The language is changed by /language or by its name, remembered after a restart, and what is open is closed in the new one.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact
asha         /language
bot          Choose a language.                        [English] [Français] [हिन्दी]
asha         [हिन्दी]
bot          अब से हम हिन्दी में बात करेंगे।
restart
asha         /balance
bot          आपके पास ₹500.00 हैं
asha         हिंदी
bot          अब से हम हिन्दी में बात करेंगे।
asha         français
bot          Désormais, nous parlons français.
asha         /help
bot          Écrivez simplement ce que vous voulez
asha         /send 100 @priya
bot          Payer 100,00 ₹ à Priya Sharma (@priya) ?
asha         /language english
bot          From now on we speak English.
asha sees    Cancelled. Nothing was sent.
