// The program of the byte engines: its commands, and that its instrumented copy runs as the plain one does, decision by
// decision, for every seed under every protocol. The tool that instruments comes from a package feed; without one that test is
// skipped.

using System.Reflection;
using Managarm.Perf.Fuzz.ByteEngines;
using Managarm.Perf.Fuzz.Tests.Findings;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Tests.ByteEngines;

public sealed class ByteEnginesTests
{
    private const string Program = "Managarm.Perf.ByteEngines.dll";

    private static readonly string Configuration =
        typeof(ByteEnginesTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration.ToLowerInvariant();

    private static string Built =>
        Path.Combine(RepositoryRoot.Path, "artifacts", "bin", "Managarm.Perf.Fuzz.ByteEngines", Configuration);

    [Fact]
    public void The_instrumented_copy_runs_as_the_plain_program_does()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the script is one of bash");
        using var scratch = new ScratchDirectory();
        string copy = Path.Combine(scratch.Location, "copy");
        ToolResult made = ToolProcess.Run(
            RepositoryRoot.Path, "bash", Path.Combine("Fuzz", "ByteEngines", "instrument"), copy, Built);
        Assert.SkipWhen(made.ExitCode == 3, made.Error);
        Assert.True(made.ExitCode == 0, made.Error);

        string plain = Use(Built, "hashes");
        Assert.Equal(8 * Directory.GetFiles(Path.Combine(RepositoryRoot.Path, "Corpus", "seeds")).Length, Lines(plain));
        Assert.Equal(plain, Use(copy, "hashes"));
        Assert.Contains(" cells of the trace, ", Use(copy, "session", "--executions", "300"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_session_repeats_and_ends_at_a_planted_defect_whose_input_tells_it_again()
    {
        using var scratch = new ScratchDirectory();
        string[] subject = ["--protocol", "monolithic", "--defect", "child-end-missed"];
        string[] session = ["session", .. subject, "--executions", "2000", "--save", scratch.Location];
        (int code, string output) = Run(session);
        Assert.Equal(CommandExit.Findings, code);
        Assert.StartsWith("not instrumented: ", output, StringComparison.Ordinal);
        string end = output[output.IndexOf("ended by ", StringComparison.Ordinal)..];
        Assert.EndsWith(end, Run(session).Output, StringComparison.Ordinal);

        string kept = Assert.Single(Directory.GetFiles(scratch.Location, "NewViolation-*"));
        (int again, string told) = Run(["replay", .. subject, kept]);
        Assert.Equal(CommandExit.Findings, again);
        Assert.Equal($"{kept}: {end[(end.IndexOf(": ", StringComparison.Ordinal) + 2)..]}", told);
        Assert.Equal((CommandExit.Clean, $"{kept}: clean\n"), Run(["replay", "--protocol", "monolithic", kept]));
    }

    [Fact]
    public void A_session_can_end_at_what_is_known()
    {
        (int code, string output) = Run(["session", "--executions", "2000", "--until", "tristate liveness pause*"]);
        Assert.Equal(CommandExit.Clean, code);
        Assert.Contains(": known: tristate liveness pause (", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("session --executions many", "--executions: 'many' is no number")]
    [InlineData("session --protocol none-such", "--protocol: there is no protocol 'none-such'")]
    [InlineData("replay none-such", "none-such: no such file")]
    public void What_is_wrong_is_one_line_and_exit_code_2(string line, string message)
    {
        using var error = new StringWriter();
        var context = new CommandContext { Output = TextWriter.Null, Error = error };
        Assert.Equal(CommandExit.BadInput, ByteEnginesApplication.Run(line.Split(' '), context));
        Assert.StartsWith(message, error.ToString(), StringComparison.Ordinal);
    }

    private static (int Code, string Output) Run(string[] arguments)
    {
        using var output = new StringWriter();
        int code = ByteEnginesApplication.Run(arguments, new CommandContext { Output = output, Error = TextWriter.Null });
        return (code, output.ToString());
    }

    private static int Lines(string text) => text.Count(static character => character == '\n');

    private static string Use(string folder, params string[] arguments)
    {
        ToolResult result = ToolProcess.Run(RepositoryRoot.Path, "dotnet", ["exec", Path.Combine(folder, Program), .. arguments]);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output;
    }
}
