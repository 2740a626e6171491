// Gives a scenario the names a generated one has: processes A, B, C ... in strand order, threads A2, A3 after their process,
// pipes r and w, then r2 and w2, devices tty, tty2. The byte format carries no names, so this is what decoding ends with, and
// two scenarios that differ only in names have one byte form.

namespace Managarm.Perf.Core.Calls;

/// <summary>The standard names of strands and resources.</summary>
public static class StandardNames
{
    private const string Letters = "ABCDEFGHIJKLMNOP";

    /// <summary>Renames everything in <paramref name="scenario"/>.</summary>
    public static void Apply(Scenario scenario)
    {
        NameProcesses(scenario);
        NameThreads(scenario);
        NameResources(scenario);
    }

    private static void NameProcesses(Scenario scenario)
    {
        var processes = 0;
        for (var i = 0; i < scenario.StrandCount; i++)
        {
            if (scenario.Strands[i].IsProcess)
            {
                scenario.StrandAt(i).Name = ShortName.Of(Letters.AsSpan(processes++, 1));
            }
        }
    }

    private static void NameThreads(Scenario scenario)
    {
        Span<char> stem = stackalloc char[ShortName.MaximumLength];
        Span<byte> threads = stackalloc byte[Scenario.MaximumStrands];
        threads.Fill(1);
        for (var i = 0; i < scenario.StrandCount; i++)
        {
            ref var strand = ref scenario.StrandAt(i);
            if (strand.Kind == StrandKind.Thread)
            {
                var length = scenario.Strands[strand.Process].Name.CopyTo(stem);
                strand.Name = ShortName.Of(stem[..length], ++threads[strand.Process]);
            }
        }
    }

    private static void NameResources(Scenario scenario)
    {
        var pipes = 0;
        var devices = 0;
        for (var i = 0; i < scenario.ResourceCount; i++)
        {
            ref var resource = ref scenario.ResourceAt(i);
            switch (resource.Kind)
            {
                case ResourceKind.PipeRead:
                    resource.Name = Numbered("r", ++pipes);
                    break;
                case ResourceKind.PipeWrite:
                    resource.Name = Numbered("w", pipes);
                    break;
                default:
                    resource.Name = Numbered("tty", ++devices);
                    break;
            }
        }
    }

    private static ShortName Numbered(ReadOnlySpan<char> stem, int number) =>
        number == 1 ? ShortName.Of(stem) : ShortName.Of(stem, number);
}
