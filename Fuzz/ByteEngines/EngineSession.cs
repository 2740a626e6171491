// The engine in this process: it changes inputs, runs them, and keeps those whose trace has something new. A function of the
// seed, the options and the instrumentation; without instrumentation nothing is ever new and it is a search from the start
// inputs alone. It ends at a crash, at a violation of the signature that it was asked for, or after its executions.

using System.Diagnostics;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Fuzz.EngineInputs;
using Managarm.Perf.Fuzz.Findings;

namespace Managarm.Perf.Fuzz.ByteEngines;

/// <summary>A session of our own loop.</summary>
/// <param name="target">The target.</param>
/// <param name="until">Signature with asterisks at whose violation the session ends, or null.</param>
internal sealed class EngineSession(ByteTarget target, string? until)
{
    private readonly KnownFinding? wanted = until is null ? null : new KnownFinding(until, "wanted", DateOnly.MaxValue);
    private readonly TraceFeedback feedback = new();
    private readonly ByteMutator mutator = new();
    private readonly List<byte[]> inputs = [];
    private readonly long[] verdicts = new long[(int)ByteVerdict.ToolBug + 1];

    /// <summary>Inputs that were run.</summary>
    internal long Executions { get; private set; }

    /// <summary>Inputs that were kept, with those of the start.</summary>
    internal int InputCount => inputs.Count;

    /// <summary>Cells of the map that were counted in; 0 without instrumentation.</summary>
    internal int SeenCells => feedback.SeenCells;

    /// <summary>How long it took.</summary>
    internal TimeSpan Duration { get; private set; }

    /// <summary>How much of that went into judging violations.</summary>
    internal TimeSpan JudgingTime { get; private set; }

    /// <summary>The input that ended the session, or null.</summary>
    internal byte[]? Last { get; private set; }

    /// <summary>What it did.</summary>
    internal ByteOutcome LastOutcome { get; private set; }

    /// <summary>How many inputs had a verdict.</summary>
    /// <param name="verdict">The verdict.</param>
    internal long CountOf(ByteVerdict verdict) => verdicts[(int)verdict];

    /// <summary>Runs.</summary>
    /// <param name="start">Inputs to start from.</param>
    /// <param name="seed">Seed of the changes.</param>
    /// <param name="executions">Number of executions.</param>
    /// <param name="stop">Ends the session early.</param>
    internal void Run(IReadOnlyList<byte[]> start, ulong seed, long executions, CancellationToken stop)
    {
        TimeSpan judgedBefore = TraceMap.AsideTime;
        long begin = Stopwatch.GetTimestamp();
        var random = new Prng(seed);
        inputs.AddRange(start);

        // What runs once in a process is not what the input did.
        target.Tell(start[0]);
        while (Executions < executions && Last is null && !stop.IsCancellationRequested)
        {
            if (Executions < start.Count)
            {
                Execute(start[(int)Executions], isStart: true);
                continue;
            }

            byte[] parent = inputs[(int)random.NextBelow((uint)inputs.Count)];
            byte[] other = inputs[(int)random.NextBelow((uint)inputs.Count)];
            Execute(mutator.Mutate(ref random, parent, other), isStart: false);
        }

        Duration = Stopwatch.GetElapsedTime(begin);
        JudgingTime = TraceMap.AsideTime - judgedBefore;
    }

    private void Execute(ReadOnlySpan<byte> input, bool isStart)
    {
        TraceMap.Clear();
        ByteOutcome outcome = target.Tell(input);
        bool isNew = feedback.Take();
        Executions++;
        verdicts[(int)outcome.Verdict]++;
        bool isCrash = outcome.Verdict is ByteVerdict.NewViolation or ByteVerdict.ToolBug;
        if (isCrash || wanted?.Matches(outcome.Signature) == true)
        {
            Last = input.ToArray();
            LastOutcome = outcome;
        }
        else if (isNew && !isStart && outcome.Verdict != ByteVerdict.Undecodable)
        {
            inputs.Add(input.ToArray());
        }
    }
}
