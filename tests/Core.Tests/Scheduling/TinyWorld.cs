// Tiny worlds whose answers are known. Each party marks its steps with a letter and a number; what a schedule did is the string
// of marks.

using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tasks;

namespace Managarm.Perf.Core.Tests.Scheduling;

/// <summary>Parties a, b, ... that each take a number of marked steps.</summary>
internal sealed class TinyWorld : IDisposable
{
    private readonly TestWorld test = new();
    private readonly int parties;
    private readonly int steps;

    internal TinyWorld(int parties, int steps)
    {
        this.parties = parties;
        this.steps = steps;
        for (int party = 0; party < parties; party++)
        {
            char name = (char)('a' + party);
            test.Add(() => Walk(name));
        }
    }

    internal Scheduler Scheduler => test.World.Scheduler;

    internal int Parties => parties;

    /// <summary>Steps of a whole run: starts and marks.</summary>
    internal uint TotalSteps => (uint)(parties * (steps + 1));

    /// <summary>Runs from the start.</summary>
    /// <returns>The marks in order, as in "a1 b1 a2 b2".</returns>
    internal string Run(IScheduleStrategy strategy)
    {
        test.Rewind();
        test.Run(strategy);
        return string.Join(' ', test.Happened);
    }

    public void Dispose() => test.Dispose();

    private async ModelTask<Unit> Walk(char name)
    {
        for (int step = 1; step <= steps; step++)
        {
            await test.Point(name);
            test.Say($"{name}{step}");
        }

        return default;
    }
}
