// Says on the error output what a command is doing, so that nothing is silent for more than five seconds. In a terminal one line
// is rewritten in place and cut to the terminal's width; elsewhere a plain line comes every four seconds. A timer asks for the
// text, so a command that is busy for long is described all the same; nothing a command computes depends on it. Results go to
// another stream but often to the same screen: whoever prints them does so inside Aside.

namespace Managarm.Perf.Commands;

/// <summary>The line of progress of a command.</summary>
public sealed class ProgressLine : IDisposable
{
    private const string EraseLine = "\r\u001b[2K";
    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(4);

    private readonly Lock gate = new();
    private readonly CommandContext context;
    private readonly Func<string> describe;
    private readonly Timer timer;
    private bool isShown;
    private bool isOver;

    /// <summary>Starts to say what a command does.</summary>
    /// <param name="context">Where it runs.</param>
    /// <param name="describe">What it is doing, most important first; called from another thread.</param>
    public ProgressLine(CommandContext context, Func<string> describe)
    {
        this.context = context;
        this.describe = describe;
        TimeSpan interval = context.ProgressInterval ?? (context.IsInteractive ? LiveInterval : PlainInterval);
        timer = new Timer(_ => Show(), null, interval, interval);
    }

    /// <summary>Prints something with the line out of the way.</summary>
    /// <param name="print">Prints it.</param>
    public void Aside(Action print)
    {
        lock (gate)
        {
            Erase();
            print();
        }
    }

    /// <summary>Ends the line.</summary>
    public void Dispose()
    {
        timer.Dispose();
        lock (gate)
        {
            Erase();
            isOver = true;
        }
    }

    private void Show()
    {
        lock (gate)
        {
            if (isOver)
            {
                return;
            }

            string text = describe();
            if (!context.IsInteractive)
            {
                context.Error.WriteLine(text);
                return;
            }

            int columns = context.ErrorWidth - 1;
            context.Error.Write(EraseLine + (text.Length <= columns ? text : text[..columns]));
            isShown = true;
        }
    }

    private void Erase()
    {
        if (isShown)
        {
            context.Error.Write(EraseLine);
            isShown = false;
        }
    }
}
