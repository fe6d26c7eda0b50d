# The first minute and the first payment of somebody whose Telegram is in French.
given        the Telegram of Asha is in French; Asha Rao (@asha) is new and has ₹1,50,000.00; the Telegram of Priya is in French; Priya Sharma has ₹0.00 and a PIN
asha starts
bot          Bienvenue chez Hundi, Asha Rao !…Votre identifiant est @asha…English ou हिन्दी : /language…Choisissez un code PIN de 6 chiffres
asha         ······                                    123456
bot          Ce code est facile à deviner
asha         ······                                    274913, chosen
bot          Entrez le même code encore une fois
asha         ······                                    the right one
bot          Tout est prêt…Votre code PIN est enregistré     [Solde] [Aide] [Partager mon numéro]
asha         solde
bot          Vous avez 150 000,00 ₹
asha         envoie 200 à @priya pour le dîner
bot          Payer 200,00 ₹ à Priya Sharma (@priya) ?…Motif : le dîner…Solde après : 149 800,00 ₹…encore jamais payé Priya Sharma     [Payer 200,00 ₹] [Annuler]
asha         [Payer 200,00 ₹]
bot          Entrez votre code PIN…200,00 ₹ à Priya Sharma (@priya)
asha         ······                                    a wrong one
bot          Ce n’est pas votre code PIN. Il vous reste 2 essais.
asha         ······                                    a wrong one
bot          Il vous reste 1 essai.
asha         ······                                    the right one
bot          Vous avez payé 200,00 ₹ à Priya Sharma     reference     [Reçu] [Un problème ?]
priya sees   Asha Rao vous a envoyé 200,00 ₹            the same reference     [Dire merci] [Rendre] [Un problème ?]
priya        [Rendre]
bot          Rendre 200,00 ₹ à Asha Rao ?               [Rendre 200,00 ₹] [Annuler]
priya        [Annuler]
bot          Annulé. Rien n’a été envoyé.
asha         /statement
bot          Un relevé de quels jours ?
asha         [Ce mois-ci]
bot          Relevé…Solde au début 0,00 ₹…Sorties − 200,00 ₹
asha gets a file     hundi-….csv     with Date et heure…Débit…Payé…200.00
books        asha 149800.00   priya 200.00   trial balance 0.00
