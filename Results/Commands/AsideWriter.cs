// The standard output of a process whose error output has a line of progress: whatever is written comes with that line out of the
// way. What cannot be written ends the command, and says that it is the standard output that nobody takes.

using System.Text;

namespace Managarm.Perf.Results.Commands;

/// <summary>Writes aside of a line of progress.</summary>
/// <param name="target">Where it goes.</param>
internal sealed class AsideWriter(TextWriter target) : TextWriter
{
    /// <inheritdoc/>
    public override Encoding Encoding => target.Encoding;

    /// <summary>The line, once there is one.</summary>
    internal ProgressLine? Line { get; set; }

    /// <inheritdoc/>
    public override void Write(char value) => Aside(() => target.Write(value));

    /// <inheritdoc/>
    public override void Write(string? value) => Aside(() => target.Write(value));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Aside(() => target.WriteLine(value));

    /// <inheritdoc/>
    public override void Flush() => Try(target.Flush);

    private void Aside(Action write) => Try(() => WriteAside(write));

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Environment($"standard output: {failure.Message.TrimEnd('.')}");
        }
    }

    private void WriteAside(Action write)
    {
        if (Line is null)
        {
            write();
        }
        else
        {
            Line.Aside(write);
        }
    }
}
