// Gives a program the names a generated one has: processes A, B, C ... in strand order, threads A2, A3 after their process,
// pipes r and w, then r2 and w2, devices tty, tty2. The byte format carries no names, so this is what decoding ends with, and
// two programs that differ only in names have one byte form.

namespace Managarm.Perf.Core;

/// <summary>The standard names of strands and resources.</summary>
public static class ProgramNames
{
    private const string Letters = "ABCDEFGHIJKLMNOP";

    /// <summary>Renames everything in <paramref name="program"/>.</summary>
    public static void Apply(Program program)
    {
        NameProcesses(program);
        NameThreads(program);
        NameResources(program);
    }

    private static void NameProcesses(Program program)
    {
        var processes = 0;
        for (var i = 0; i < program.StrandCount; i++)
        {
            if (program.Strands[i].IsProcess)
            {
                program.StrandAt(i).Name = ShortName.Of(Letters.AsSpan(processes++, 1));
            }
        }
    }

    private static void NameThreads(Program program)
    {
        Span<char> stem = stackalloc char[ShortName.MaximumLength];
        Span<byte> threads = stackalloc byte[Program.MaximumStrands];
        threads.Fill(1);
        for (var i = 0; i < program.StrandCount; i++)
        {
            ref var strand = ref program.StrandAt(i);
            if (strand.Kind == StrandKind.Thread)
            {
                var length = program.Strands[strand.Process].Name.CopyTo(stem);
                strand.Name = ShortName.Of(stem[..length], ++threads[strand.Process]);
            }
        }
    }

    private static void NameResources(Program program)
    {
        var pipes = 0;
        var devices = 0;
        for (var i = 0; i < program.ResourceCount; i++)
        {
            ref var resource = ref program.ResourceAt(i);
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
