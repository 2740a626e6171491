// A violation as a run showed it, before it is shrunk. Shrinking takes from milliseconds to many seconds, and a campaign may be
// killed at any moment, so what was seen is told at once; it is settled when a finding has taken its place, or when it is one
// more of a kind of which enough were shrunk.

using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;

namespace Managarm.Perf.Fuzz.Findings;

/// <summary>A violation that was seen and not shrunk yet.</summary>
/// <param name="RunIndex">Run that showed it.</param>
/// <param name="Protocol">Its protocol.</param>
/// <param name="Violation">What is violated.</param>
/// <param name="File">The scenario with the schedule of the run.</param>
public sealed record PendingViolation(long RunIndex, IProtocol Protocol, Violation Violation, ScenarioFile File);

/// <summary>A violation that was still not shrunk when the campaign had to end.</summary>
/// <param name="Violation">The violation.</param>
/// <param name="IsFirstOfItsKind">Whether nothing of its kind was shrunk, so that nobody knows whether it is known.</param>
public sealed record UnshrunkViolation(PendingViolation Violation, bool IsFirstOfItsKind);
