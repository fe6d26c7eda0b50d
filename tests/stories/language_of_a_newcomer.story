# A Telegram in a language that is none of ours is asked first. Whoever changes it while choosing a PIN goes on with that.
given        the Telegram of Asha is in Tamil; Asha Rao (@asha) is new
asha starts
bot          Choose a language.                        [English] [Français] [हिन्दी]
asha         [हिन्दी]
bot          Hundi में आपका स्वागत है, Asha Rao!…6 अंकों का पिन चुनें
asha         /language
bot          भाषा चुनें।                                [English] [Français] [हिन्दी]
asha         [Français]
bot          Bienvenue chez Hundi, Asha Rao…English ou हिन्दी…Choisissez un code PIN de 6 chiffres
asha         ······                                    274913, chosen
bot          Entrez le même code encore une fois
asha         ······                                    the right one
bot          Tout est prêt…@asha                       [Solde] [Aide] [Partager mon numéro]
