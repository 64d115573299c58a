# SPDX-License-Identifier: EUPL-1.2
"""What is asked of a run, and what it found."""

from dataclasses import dataclass, field

from tests.guasti.piano import Fase


@dataclass(frozen=True, slots=True)
class Opzioni:
    """What a run is made of; the plan says the rest."""

    seme: int
    domande: int
    fino_a: Fase = Fase.PAGAMENTI
    # Within which all must be quiet, once load and faults are over.
    svuotamento_seconds: float = 30.0
    # Longer than a lease and the pauses that may follow it.
    pazienza_seconds: float = 40.0
    difetti: tuple[str, ...] = ()


@dataclass
class Resoconto:
    """What a run found."""

    opzioni: Opzioni
    morti: dict[str, int] = field(default_factory=dict)
    nei_punti: int = 0
    ripetute: int = 0
    svuotamento_seconds: dict[str, float] = field(default_factory=dict)
    carico_seconds: dict[str, float] = field(default_factory=dict)
    durata_seconds: float = 0.0
    figure: dict[str, int] = field(default_factory=dict)
    violazioni: list[str] = field(default_factory=list)

    def in_testo(self) -> str:
        """Say it in a few lines."""
        morti = ", ".join(f"{nome} {quante}" for nome, quante in sorted(self.morti.items()))
        carico = ", ".join(f"{fase.lower()} {s:.0f} s" for fase, s in self.carico_seconds.items())
        svuotato = ", ".join(f"{fase.lower()} {s:.1f} s" for fase, s in self.svuotamento_seconds.items())
        righe = [
            f"seme {self.opzioni.seme}: " + ", ".join(f"{quante} {nome}" for nome, quante in self.figure.items()),
            f"uccisi {sum(self.morti.values())} ({morti}), di cui {self.nei_punti} in un punto scelto",
            f"richieste ripetute {self.ripetute}; carico e colpi: {carico}; in tutto {self.durata_seconds:.0f} s",
            f"svuotamento, finiti i guasti: {svuotato}",
            *(f"VIOLAZIONE {violazione}" for violazione in self.violazioni),
        ]
        return "\n".join(righe)
