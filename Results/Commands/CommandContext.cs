// What a command needs of its surroundings. Tests give it text writers and a directory; the application gives it the
// console and the current directory.

namespace Managarm.Perf.Results.Commands;

/// <summary>Where a command runs.</summary>
public sealed class CommandContext
{
    private ProgressLine? progress;

    /// <summary>Receives results: standard output.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Receives progress and errors: standard error.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>What a hyphen as a file name reads: standard input.</summary>
    public Stream Input { get; init; } = Stream.Null;

    /// <summary>Asks to stop after saving what there is.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>Whether a person watches <see cref="Error"/> in a terminal.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>Columns that <see cref="Output"/> has.</summary>
    public int Width { get; init; } = DefaultWidth;

    /// <summary>Columns that <see cref="Error"/> has.</summary>
    public int ErrorWidth { get; init; } = DefaultWidth;

    /// <summary>How often progress is told on <see cref="Error"/>, or null for never.</summary>
    public TimeSpan? ProgressInterval { get; init; }

    /// <summary>Says what the command is doing.</summary>
    public ProgressLine Progress => progress ??= new ProgressLine(this);

    /// <summary>The data root, once a command has read its options.</summary>
    public string DataDirectory { get; set; } = DataFolder.Default;

    /// <summary>The input file that is being worked on, for reports of tool bugs; empty when there is none.</summary>
    public string InputFile { get; set; } = "";

    /// <summary>Columns of output that is no terminal.</summary>
    public static int DefaultWidth => 130;
}
