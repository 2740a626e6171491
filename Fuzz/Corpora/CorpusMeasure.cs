// What the scenarios of a corpus are worth: each is run under every protocol without preemptions and then with schedules of the
// campaign's mix, whose seeds follow from the scenario's own hash and the schedule's number. Features, steps and calls of an
// entry therefore depend on the scenario, the protocols and the number of schedules alone: not on its place in the corpus, nor
// on machine or jobs. Of every entry only numbers are kept, never its text.

using System.Numerics;
using System.Runtime.ExceptionServices;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Searching;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Corpora;

/// <summary>Measures scenarios.</summary>
internal sealed class CorpusMeasure
{
    private readonly MeasureOptions options;
    private readonly IReadOnlyList<string> files;
    private readonly MeasuredEntry?[] measured;
    private readonly string?[] damages;
    private readonly int[] entriesOfKind = new int[CallTable.Count];
    private readonly long[] callsOfKind = new long[CallTable.Count];
    private ExceptionDispatchInfo? failure;
    private int taken;
    private int done;

    private CorpusMeasure(IReadOnlyList<string> files, MeasureOptions options)
    {
        this.files = files;
        this.options = options;
        measured = new MeasuredEntry?[files.Count];
        damages = new string?[files.Count];
    }

    /// <summary>Measures files.</summary>
    /// <param name="files">The files.</param>
    /// <param name="options">How.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    internal static CorpusMeasured Run(IReadOnlyList<string> files, MeasureOptions options, CancellationToken stop)
    {
        var self = new CorpusMeasure(files, options);
        Thread[] threads = [.. Enumerable.Range(1, Math.Min(options.Jobs, files.Count) - 1)
            .Select(_ => new Thread(() => self.Work(stop)))];
        Array.ForEach(threads, static thread => thread.Start());
        self.Work(stop);
        Array.ForEach(threads, static thread => thread.Join());
        self.failure?.Throw();
        stop.ThrowIfCancellationRequested();
        return new CorpusMeasured(
            [.. self.measured.OfType<MeasuredEntry>()], [.. self.damages.OfType<string>()], self.entriesOfKind, self.callsOfKind);
    }

    private void Work(CancellationToken stop)
    {
        var runners = new List<ScenarioRunner>();
        try
        {
            foreach (IProtocol protocol in options.Protocols)
            {
                var runner = new ScenarioRunner(protocol, options.Profile);
                runners.Add(runner);
                runner.System.RelaxesDispatch = options.RelaxesDispatch;
            }

            var parser = new ScenarioParser();
            var mix = new ScheduleMix();
            for (int i = Next(); i < files.Count && !stop.IsCancellationRequested; i = Next())
            {
                Measure(i, parser, runners, mix);
                options.Tell(Interlocked.Increment(ref done));
            }
        }
        catch (Exception exception) when (exception is ToolBugException or IOException or UnauthorizedAccessException)
        {
            failure = ExceptionDispatchInfo.Capture(exception);
            Interlocked.Exchange(ref taken, files.Count);
        }
        finally
        {
            runners.ForEach(static runner => runner.Dispose());
        }
    }

    private int Next() => Interlocked.Increment(ref taken) - 1;

    private void Measure(int number, ScenarioParser parser, List<ScenarioRunner> runners, ScheduleMix mix)
    {
        ScenarioSource source = ScenarioSource.Read(parser, files[number]);
        if (!source.IsValid)
        {
            damages[number] = source.Errors[0].ToString();
            return;
        }

        Scenario scenario = source.File.Scenario;
        ulong hash = ScenarioHash.Of(scenario);
        var seen = new ulong[Coverage.FeatureCount / 64];
        long steps = 0;
        foreach (ScenarioRunner runner in runners)
        {
            steps += Run(runner, scenario, NonPreemptive.Instance, seen);
            for (int schedule = 0; schedule < options.Schedules; schedule++)
            {
                var random = new Prng(Prng.Derive(hash, (ulong)schedule));
                steps += Run(runner, scenario, mix.Draw(ref random), seen);
            }
        }

        Count(scenario);
        measured[number] = new MeasuredEntry(
            files[number], hash, scenario.CallCount, scenario.CountActors(), new FileInfo(files[number]).Length, steps,
            FeaturesOf(seen));
    }

    private static uint Run(ScenarioRunner runner, Scenario scenario, IScheduleStrategy strategy, ulong[] seen)
    {
        uint steps = runner.Run(scenario, strategy, default).Steps;
        ReadOnlySpan<ulong> bits = runner.System.World.Coverage.Bits;
        for (int i = 0; i < seen.Length; i++)
        {
            seen[i] |= bits[i];
        }

        return steps;
    }

    private static ushort[] FeaturesOf(ulong[] seen)
    {
        var features = new List<ushort>();
        for (int i = 0; i < seen.Length; i++)
        {
            for (ulong rest = seen[i]; rest != 0; rest &= rest - 1)
            {
                features.Add((ushort)((i * 64) + BitOperations.TrailingZeroCount(rest)));
            }
        }

        return [.. features];
    }

    private void Count(Scenario scenario)
    {
        Span<int> calls = stackalloc int[CallTable.Count];
        calls.Clear();
        foreach (ref readonly Call call in scenario.Calls)
        {
            calls[(int)call.Kind]++;
        }

        for (int kind = 0; kind < calls.Length; kind++)
        {
            if (calls[kind] > 0)
            {
                Interlocked.Increment(ref entriesOfKind[kind]);
                Interlocked.Add(ref callsOfKind[kind], calls[kind]);
            }
        }
    }
}

/// <summary>What a corpus is worth.</summary>
/// <param name="Entries">The entries that could be read, in the order of the files.</param>
/// <param name="Damages">A line for each file that could not.</param>
/// <param name="EntriesOfKind">By kind of call, the entries that have it.</param>
/// <param name="CallsOfKind">By kind of call, how often it stands in all of them.</param>
internal sealed record CorpusMeasured(
    IReadOnlyList<MeasuredEntry> Entries, IReadOnlyList<string> Damages, int[] EntriesOfKind, long[] CallsOfKind)
{
    /// <summary>By feature, how many entries have it.</summary>
    internal int[] CountFeatures() => FeatureCounts.Of(Entries);
}

/// <summary>What an entry is worth.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Hash">Hash of its scenario.</param>
/// <param name="Calls">Its calls.</param>
/// <param name="Threads">Its threads, main threads included.</param>
/// <param name="Bytes">Length of its file.</param>
/// <param name="Steps">Steps of all its runs.</param>
/// <param name="Features">What they showed, in ascending order.</param>
internal sealed record MeasuredEntry(
    string Path, ulong Hash, int Calls, int Threads, long Bytes, long Steps, ushort[] Features);
