// Says on the error output what a command is doing, so that nothing is silent for more than five seconds. In a terminal one line
// is rewritten in place and cut to the terminal's width; elsewhere a plain line comes every four seconds. A timer asks for the
// text, so a command that is busy for long is described all the same; nothing a command computes depends on it. Results go to
// another stream but often to the same screen: they are printed with the line out of the way.

using System.Diagnostics;
using System.Globalization;

namespace Managarm.Perf.Results.Commands;

/// <summary>The line of progress of a command.</summary>
/// <param name="context">Where the command runs.</param>
public sealed class ProgressLine(CommandContext context) : IDisposable
{
    private const string EraseLine = "\r\u001b[2K";

    private readonly Lock gate = new();
    private Timer? timer;
    private long startTimestamp;
    private bool isShown;
    private volatile Func<string> describe = static () => "working";

    /// <summary>Says what is done from now on.</summary>
    /// <param name="text">What is done, most important first; called from another thread.</param>
    public void Say(Func<string> text) => describe = text;

    /// <summary>Says what is done from now on.</summary>
    /// <param name="text">What is done.</param>
    public void Say(string text) => describe = () => text;

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

    /// <summary>Begins to tell, if anybody is to be told.</summary>
    internal void Start()
    {
        startTimestamp = Stopwatch.GetTimestamp();
        if (context.ProgressInterval is { } interval)
        {
            timer = new Timer(_ => Show(), null, interval, interval);
        }
    }

    /// <summary>Ends the line.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            timer?.Dispose();
            timer = null;
            Erase();
        }
    }

    private void Show()
    {
        lock (gate)
        {
            if (timer is null)
            {
                return;
            }

            double seconds = Stopwatch.GetElapsedTime(startTimestamp).TotalSeconds;
            string text = string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s  {describe()}");
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
