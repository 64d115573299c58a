# SPDX-License-Identifier: EUPL-1.2
"""Work begun during the benefit, ADI or SFL: communications and their terms, incentives, jobs of one to six months."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from shared.kernel.importo import arrotonda
from shared.kernel.mese import MESI_ANNO, Mese, Periodo, aggiungi_mesi, mesi_da
from shared.misure.comuni.effetti import Effetto, Evento, entro, giorno_dopo
from shared.misure.formato import giorno
from shared.misure.nucleo import ZERO, RedditoAggiuntivo, TipoReddito
from shared.misure.parametri import Parametri, Valori

E09 = Evento("E09", "D.L. 48/2023, art. 3, c. 5; messaggio INPS 3624/2024")
E11 = Evento("E11", "D.L. 48/2023, art. 3, c. 6")
E12 = Evento("E12", "D.L. 48/2023, art. 3, c. 6, e art. 8, c. 6")


def effetto_lavoro_dipendente(avvio: date, *, comunicato_il: date | None, parametri: Parametri, al: date) -> Effetto:
    """Say on the day `al` what follows from an employee job begun on `avvio`: term 30 days, limit 3 months.

    Without the communication payments stop until the day it arrives, included; three months from the start the right ends.

    :raises ParametroMancante: if no value is in force on `avvio`.
    :source: D.L. 48/2023, art. 3, c. 5; messaggio INPS 3624/2024.
    """
    p = parametri.al(avvio)
    termine = avvio + timedelta(days=p.intero("com_lavoro_dipendente"))
    limite = aggiungi_mesi(avvio, p.intero("com_lavoro_dipendente_sosp_max"))
    comunicato = comunicato_il if entro(comunicato_il, al) else None
    if entro(comunicato, termine) or (comunicato is None and al <= termine):
        return E09.nessuno(f"L'avvio del lavoro va comunicato entro il {giorno(termine)}.", termine=termine)
    dal, motivo = giorno_dopo(termine), f"L'avvio del lavoro non è stato comunicato entro il {giorno(termine)}"
    if comunicato is not None and comunicato <= limite:
        return E09.sospensione(
            f"{motivo}: il beneficio è sospeso fino alla comunicazione.", dal=dal, al=comunicato, termine=termine
        )
    if comunicato is None and al <= limite:
        testo = f"{motivo}: il beneficio è sospeso e si perde dopo il {giorno(limite)}."
        return E09.sospensione(testo, dal=dal, termine=termine)
    return E09.decadenza(f"{motivo} né entro il {giorno(limite)}.", dal=giorno_dopo(limite), termine=limite)


def effetto_lavoro_autonomo(avvio: date, *, comunicato_il: date | None, parametri: Parametri, al: date) -> Effetto:
    """Say on the day `al` what follows from self-employment or a business begun on `avvio`: term the day before.

    :raises ParametroMancante: if no value is in force on `avvio`.
    :source: D.L. 48/2023, art. 3, c. 6.
    """
    termine = avvio - timedelta(days=parametri.al(avvio).intero("com_lavoro_autonomo"))
    if entro(comunicato_il, termine) or al <= termine:
        return E11.nessuno(f"L'avvio dell'attività va comunicato entro il {giorno(termine)}.", termine=termine)
    testo = f"L'avvio dell'attività autonoma o d'impresa non è stato comunicato entro il {giorno(termine)}."
    return E11.decadenza(testo, dal=avvio, termine=termine)


def scadenza_trimestre(mese: Mese, *, parametri: Parametri) -> date:
    """Give the last day to communicate the self-employed income (cash basis) of the quarter that holds `mese`.

    :raises ParametroMancante: if no value is in force in `mese`.
    :source: D.L. 48/2023, art. 3, c. 6.
    """
    p = parametri.al(mese.primo_giorno)
    successivo = _primo_del_trimestre(mese, p) + p.intero("com_lavoro_autonomo_mesi_trimestre")
    return successivo.primo_giorno.replace(day=p.intero("com_lavoro_autonomo_trimestre"))


def effetto_comunicazione_trimestrale(
    mese: Mese, *, comunicato_il: date | None, parametri: Parametri, al: date
) -> Effetto:
    """Say on the day `al` what follows from the communication of the quarter that holds `mese`.

    :raises ParametroMancante: if no value is in force in `mese`.
    :source: D.L. 48/2023, art. 3, c. 6, e art. 8, c. 6.
    """
    termine = scadenza_trimestre(mese, parametri=parametri)
    testo = f"Il reddito del trimestre va comunicato entro il {giorno(termine)}."
    decade = parametri.al(termine).testo("com_lavoro_autonomo_trimestre_effetto") == "DECADENZA"
    if entro(comunicato_il, termine) or al <= termine or not decade:
        return E12.nessuno(testo, termine=termine)
    return E12.decadenza(f"{testo} La comunicazione manca.", dal=giorno_dopo(termine), termine=termine)


def mesi_invariati(avvio: date, *, parametri: Parametri) -> tuple[Mese, ...]:
    """List the months paid without changes after self-employment began: the overall length stays the same.

    :raises ParametroMancante: if no value is in force on `avvio`.
    :source: D.L. 48/2023, art. 3, c. 6.
    """
    return tuple(mesi_da(Mese.di(avvio) + 1, parametri.al(avvio).intero("incentivo_autonomo_mesi")))


def eccedenza_autonomo(mese: Mese, *, avvio: date, trimestri: Mapping[Mese, Decimal], parametri: Parametri) -> Decimal:
    """Compute the self-employed income above the franchigia that counts in `mese`, in EUR/year.

    `trimestri` holds the income of each quarter, in EUR, under any of its months. The months without changes have
    none; later the quarter before is the reference.

    :raises ParametroMancante: if no value is in force in `mese`.
    :source: D.L. 48/2023, art. 3, c. 6.
    """
    if mese <= max((Mese.di(avvio), *mesi_invariati(avvio, parametri=parametri))):
        return ZERO
    p = parametri.al(mese.primo_giorno)
    lungo = p.intero("com_lavoro_autonomo_mesi_trimestre")
    ultimo = _primo_del_trimestre(mese, p) + -lungo
    redditi = {_primo_del_trimestre(m, p): valore for m, valore in trimestri.items()}
    if p.testo("lavoro_autonomo_base") == "TRIMESTRE_ANNUALIZZATO":
        annuo = redditi.get(ultimo, ZERO) * MESI_ANNO / lungo
    else:
        annuo = sum((v for m, v in redditi.items() if m.anno == ultimo.anno and m <= ultimo), ZERO)
    return max(ZERO, annuo - p.decimale("lavoro_franchigia"))


def incentivo_addizionale(mensile: Decimal, *, avvio: date, mese_di_fruizione: int, parametri: Parametri) -> Decimal:
    """Compute the one-off benefit for who starts self-employment, a business or a cooperative, in EUR.

    Six months of `mensile` (EUR/month), each up to the limit, if the activity begins within the first twelve months of
    fruition; `mese_di_fruizione` is the ordinal of the month of `avvio`, the first being 1.

    :raises ParametroMancante: if no value is in force on `avvio`.
    :source: D.L. 48/2023, art. 10, c. 6.
    """
    p = parametri.al(avvio)
    if not 1 <= mese_di_fruizione <= p.intero("incentivo_addizionale_finestra"):
        return arrotonda(ZERO)
    return arrotonda(min(mensile, p.decimale("incentivo_addizionale_tetto")) * p.intero("incentivo_addizionale_mesi"))


def cumulabile(indennita: Decimal, *, parametri: Parametri, al: date) -> Decimal:
    """Give how much of the paid active policies and very short jobs of a year may be kept besides, in EUR/year.

    :raises ParametroMancante: if no value is in force on the day.
    :source: D.L. 48/2023, art. 3, c. 7; messaggio INPS 3624/2024.
    """
    return min(indennita, parametri.al(al).decimale("politiche_attive_cumulo"))


def sospende(contratto: Periodo, *, parametri: Parametri) -> bool:
    """Tell whether a job lasts from one to six months: the benefit is suspended ex officio and its pay not counted.

    :raises ParametroMancante: if no value is in force on its first day.
    :source: D.L. 48/2023, art. 9, c. 2.
    """
    if contratto.al is None:
        return False
    p = parametri.al(contratto.dal)
    minimo = aggiungi_mesi(contratto.dal, p.intero("contratto_sosp_min"))
    massimo = aggiungi_mesi(contratto.dal, p.intero("contratto_sosp_max"))
    return minimo <= giorno_dopo(contratto.al) <= massimo


def mesi_sospesi(contratti: Iterable[Periodo], *, parametri: Parametri) -> frozenset[Mese]:
    """Give the months suspended by jobs of one to six months: they do not consume the period.

    :raises ParametroMancante: if no value is in force on the first day of a job.
    :source: D.L. 48/2023, art. 9, c. 2.
    """
    sospesi: set[Mese] = set()
    for contratto in contratti:
        if contratto.al is None or not sospende(contratto, parametri=parametri):
            continue
        toccati = mesi_da(Mese.di(contratto.dal), Mese.di(contratto.al) - Mese.di(contratto.dal) + 1)
        tutti = parametri.al(contratto.dal).testo("contratto_mesi_sospesi") == "OGNI_GIORNO"
        sospesi.update(m for m in toccati if tutti or contratto.contiene(m.primo_giorno))
    return frozenset(sospesi)


def redditi_computabili(
    redditi: Iterable[RedditoAggiuntivo], contratti: Iterable[tuple[str, Periodo]], *, parametri: Parametri
) -> tuple[RedditoAggiuntivo, ...]:
    """Leave out the pay of the jobs of one to six months; `contratti` are codici fiscali and periods.

    :raises ParametroMancante: if no value is in force on the first day of a job.
    :source: D.L. 48/2023, art. 9, c. 2.
    """
    brevi = {(codice, c.dal) for codice, c in contratti if sospende(c, parametri=parametri)}
    return tuple(r for r in redditi if r.tipo is not TipoReddito.LAVORO or (r.codice_fiscale, r.dal) not in brevi)


def _primo_del_trimestre(mese: Mese, p: Valori) -> Mese:
    return mese + -((mese.numero - 1) % p.intero("com_lavoro_autonomo_mesi_trimestre"))
