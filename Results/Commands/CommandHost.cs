// What a process does around its command: the first SIGINT or SIGTERM asks the command to end properly, within seconds, and the
// second one ends the process. An error output that cannot be written must not become an error of its own, so what goes there is
// dropped when nobody takes it.

using System.Runtime.InteropServices;
using System.Text;

namespace Managarm.Perf.Results.Commands;

/// <summary>The process of an application.</summary>
public static class CommandHost
{
    private const int MinimumWidth = 40;
    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(4);

    /// <summary>Runs an application's command line on the console and ends the process with its exit code.</summary>
    /// <param name="arguments">Command and options.</param>
    /// <param name="run">The application.</param>
    public static void Run(string[] arguments, Func<string[], CommandContext, int> run)
    {
        using var stop = new CancellationTokenSource();
        void Stop(PosixSignalContext signal)
        {
            if (stop.IsCancellationRequested)
            {
                Environment.Exit(CommandExit.Interrupted);
            }

            signal.Cancel = true;
            stop.Cancel();
        }

        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        bool isInteractive = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
        var output = new AsideWriter(Console.Out);
        var context = new CommandContext
        {
            Output = output,
            Error = new QuietWriter(Console.Error),
            Input = Console.OpenStandardInput(),
            Stop = stop.Token,
            IsInteractive = isInteractive,
            ProgressInterval = isInteractive ? LiveInterval : PlainInterval,
            Width = Console.IsOutputRedirected ? CommandContext.DefaultWidth : Columns(),
            ErrorWidth = Console.IsErrorRedirected ? CommandContext.DefaultWidth : Columns(),
        };
        output.Line = context.Progress;
        int exitCode = run(arguments, context);

        // Whatever a command that was interrupted has left running must not keep the process.
        Environment.Exit(exitCode);
    }

    private static int Columns() => Math.Max(MinimumWidth, Console.WindowWidth);

    /// <summary>A writer that drops what its target does not take.</summary>
    private sealed class QuietWriter(TextWriter target) : TextWriter
    {
        public override Encoding Encoding => target.Encoding;

        public override void Write(char value) => Try(() => target.Write(value));

        public override void Write(string? value) => Try(() => target.Write(value));

        public override void WriteLine(string? value) => Try(() => target.WriteLine(value));

        public override void Flush() => Try(target.Flush);

        private static void Try(Action write)
        {
            try
            {
                write();
            }
            catch (IOException)
            {
                // Nobody is left to be told.
            }
        }
    }
}
