// One violation of a folder, as a run of now shows it, and the circumstances that it needs. What needs the same is examined
// together.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;

namespace Managarm.Perf.Fuzz.Triage;

/// <summary>A violation of a folder.</summary>
/// <param name="Name">Its file, from the folder on.</param>
/// <param name="Circumstances">What it needs.</param>
/// <param name="Protocol">Its protocol.</param>
/// <param name="Scenario">Its scenario.</param>
/// <param name="Schedule">The schedule that shows it.</param>
/// <param name="Violation">The violation.</param>
/// <param name="Marks">Repairs that would have acted in its run.</param>
/// <param name="Pending">The same for others.</param>
internal sealed record TriageInput(
    string Name, TriageCircumstances Circumstances, IProtocol Protocol, Scenario Scenario, Schedule Schedule, Violation Violation,
    Repairs Marks, PendingViolation Pending);

/// <summary>What a run needs beside scenario, schedule and protocol.</summary>
/// <param name="Profile">Whose rules are applied.</param>
/// <param name="Defects">Planted defects.</param>
/// <param name="JudgesAllCalls">Whether calls that are not wired are judged, too.</param>
/// <param name="RelaxesDispatch">Whether servers handle what is ready in an order that the schedule says.</param>
internal sealed record TriageCircumstances(Profile Profile, DefectSet Defects, bool JudgesAllCalls, bool RelaxesDispatch);
