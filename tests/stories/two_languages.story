# One payment, and each side reads it in their own language.
given        the Telegram of Asha is in Hindi; Asha Rao has ₹500.00 and a PIN; the Telegram of Priya is in French; Priya Sharma (@priya) is her contact
asha         प्रिया को दो सौ भेज दो
asha         [₹200.00 भेजें]
asha         ······                                    the right one
bot          आपने Priya Sharma को ₹200.00 भेजे           reference     [रसीद] [कोई दिक्कत?]
priya sees   Asha Rao vous a envoyé 200,00 ₹            the same reference     [Dire merci] [Rendre] [Un problème ?]
priya        [Dire merci]
toast        Vous avez remercié Asha Rao.
asha sees    Priya Sharma ने ₹200.00 के लिए आपको धन्यवाद कहा     the same reference
books        asha 300.00   priya 200.00   trial balance 0.00
