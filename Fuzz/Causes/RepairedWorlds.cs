// One protocol with various of its windows closed, each as a system of its own that is kept, because attribution asks the same
// worlds again and again. The world with everything repaired is the one that says what is new.

using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Causes;

/// <summary>Runners of a protocol by its repairs.</summary>
/// <param name="protocol">The protocol; repairs that it was asked for with stay.</param>
/// <param name="profile">Profile that the oracle applies.</param>
/// <param name="judgesAllCalls">Whether calls that are not wired are judged, too.</param>
/// <param name="relaxesDispatch">Whether servers handle what is ready in an order that the strategy chooses.</param>
public sealed class RepairedWorlds(IProtocol protocol, Profile profile, bool judgesAllCalls, bool relaxesDispatch) : IDisposable
{
    private const int Kept = 48;

    private readonly Dictionary<(Repairs Repairs, Limits Undeclared), ScenarioRunner> runners = [];
    private readonly Queue<(Repairs Repairs, Limits Undeclared)> evictable = [];
    private long retiredSteps;

    /// <summary>The protocol as it is.</summary>
    public IProtocol Protocol => protocol;

    /// <summary>All windows that it has.</summary>
    public Repairs All => protocol.Windows;

    /// <summary>What it declares that it does not promise when everything is repaired.</summary>
    public Limits Limits => protocol.Limits | protocol.LimitsOfRepair;

    /// <summary>What of that it declares only with repairs.</summary>
    public Limits LimitsOfRepair => protocol.LimitsOfRepair & ~protocol.Limits;

    /// <summary>Steps that all runners have taken.</summary>
    public long Steps => retiredSteps + runners.Values.Sum(static runner => runner.Steps);

    /// <summary>A runner with some windows closed.</summary>
    /// <param name="repairs">Repairs, of those that the protocol has windows for.</param>
    /// <param name="undeclared">Limits that it does not declare here, so that the oracle judges what they leave out.</param>
    /// <returns>The runner; it stays this object's, and a later call may dispose of it unless nothing or everything is
    /// repaired.</returns>
    public ScenarioRunner With(Repairs repairs, Limits undeclared = Limits.None)
    {
        if (runners.TryGetValue((repairs, undeclared), out ScenarioRunner? runner))
        {
            return runner;
        }

        if (evictable.Count >= Kept)
        {
            Evict();
        }

        bool isPlain = repairs == Repairs.None && undeclared == Limits.None;
        runner = new ScenarioRunner(isPlain ? protocol : new Repaired(protocol, repairs, undeclared), profile);
        runner.System.JudgesAllCalls = judgesAllCalls;
        runner.System.RelaxesDispatch = relaxesDispatch;
        runners.Add((repairs, undeclared), runner);
        if (undeclared != Limits.None || (repairs != Repairs.None && repairs != All))
        {
            evictable.Enqueue((repairs, undeclared));
        }

        return runner;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ScenarioRunner runner in runners.Values)
        {
            runner.Dispose();
        }
    }

    private void Evict()
    {
        runners.Remove(evictable.Dequeue(), out ScenarioRunner? oldest);
        retiredSteps += oldest!.Steps;
        oldest.Dispose();
    }
}
