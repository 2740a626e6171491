// Worlds whose answers can be computed: each party takes its steps in order, each step touches one object, nobody blocks.
// A script is "x! y|x": parties are separated by bars, steps by blanks, an exclamation mark writes. What a schedule did is
// the string of steps, with the start of each party as its step 0.

using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tasks;

namespace Managarm.Perf.Core.Tests.Scheduling;

/// <summary>Parties a, b, ... that follow a script.</summary>
internal sealed class ScriptedWorld : IDisposable
{
    private readonly TestWorld test = new();

    internal ScriptedWorld(string script)
    {
        Model = new ScriptModel(script);
        for (int party = 0; party < Model.Parties.Count; party++)
        {
            int number = party;
            test.Add(() => Follow(number));
        }
    }

    internal ScriptModel Model { get; }

    internal World World => test.World;

    /// <summary>Runs from the start.</summary>
    /// <returns>The steps in order, as in "a0 b0 a1".</returns>
    internal string Run(IScheduleStrategy strategy)
    {
        test.Rewind();
        test.Run(strategy);
        return string.Join(' ', test.Happened);
    }

    /// <summary>How often each interleaving came.</summary>
    /// <param name="runs">Number of runs.</param>
    /// <param name="seeded">Strategy of each run.</param>
    internal Dictionary<string, int> Count(int runs, Func<ulong, IScheduleStrategy> seeded)
    {
        var counts = new Dictionary<string, int>();
        for (int run = 0; run < runs; run++)
        {
            string steps = Run(seeded((ulong)run));
            counts[steps] = counts.GetValueOrDefault(steps) + 1;
        }

        return counts;
    }

    public void Dispose() => test.Dispose();

    private async ModelTask<Unit> Follow(int party)
    {
        test.Say(ScriptModel.NameOf(party, 0));
        IReadOnlyList<ScriptStep> steps = Model.Parties[party];
        for (int i = 1; i < steps.Count; i++)
        {
            await (steps[i].IsWrite
                ? World.WritePoint(PointKind.Call, ObjectKind.Pipe, steps[i].Object)
                : World.ReadPoint(PointKind.Call, ObjectKind.Pipe, steps[i].Object));
            test.Say(ScriptModel.NameOf(party, i));
        }

        return default;
    }
}
