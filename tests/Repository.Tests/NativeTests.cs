// Fuzz published as native code must say what the ordinary build says, to the last character: results, stories, trace hashes,
// exit codes. Publishing needs a linker and zlib; where one is missing the test is skipped and says which.
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Managarm.Perf.Repository.Tests;

/// <summary>Fuzz as native code beside Fuzz as compiled at run time.</summary>
public sealed partial class NativeTests : IDisposable
{
    private static readonly string configuration =
        typeof(NativeTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    private static readonly string[] commandLines =
    [
        "--help",
        "nonsense",
        "protocols",
        "windows list",
        "windows show waitpid-cancel-before-submit",
        "run Corpus/seeds/read-signal.scn --trace",
        "run Corpus/seeds/read-signal.scn --json",
        "run Corpus/seeds/poll-signal.scn --strategy delay:2 --runs 500",
        "run Corpus/seeds/poll-signal.scn --strategy every-step --protocol none",
        "run Corpus/windows/waitpid-cancel-before-submit.scn --json",
        "compare Corpus/seeds/read-signal.scn --protocol oneshot,tristate",
        "explore Corpus/seeds/read-signal.scn --runs 200 --json",
        "campaign --protocol all --runs 768 --jobs 2 --json",
        "store import EXPORT --store STORE",
        "store list hunts --store STORE --json",
    ];

    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static bool IsShortRun => Environment.GetEnvironmentVariable("CI") == "true";

    [Fact]
    public void Native_code_says_what_the_ordinary_build_says()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "native code is only published on Linux here");
        string missing = MissingPart();
        Assert.SkipUnless(missing.Length == 0, $"{missing} is missing");
        Assert.SkipWhen(IsShortRun, "publishing takes more than a minute of CI's fifteen; `dotnet test` outside of it does it");
        string native = Publish();
        string program = $"artifacts/bin/Managarm.Perf.Fuzz/{configuration.ToLowerInvariant()}/Managarm.Perf.Fuzz.dll";
        foreach (string line in commandLines)
        {
            string[] words = [.. line.Split(' ').Select(PlaceOf)];
            string[] arguments = [.. words, .. line.StartsWith("campaign", StringComparison.Ordinal) ? Data() : []];
            var expected = ToolProcess.Run(RepositoryTree.Root, "dotnet", ["exec", program, .. arguments]);
            var actual = ToolProcess.Run(RepositoryTree.Root, native, arguments);
            Assert.Equal((line, expected.ExitCode, Stable(expected)), (line, actual.ExitCode, Stable(actual)));
        }
    }

    /// <summary>Words that stand for files of the test: an export without rows, and a store that both fill.</summary>
    private string PlaceOf(string word)
    {
        string path = Path.Combine(folder, word);
        if (word == "EXPORT" && !File.Exists(path))
        {
            File.WriteAllText(path, "{\"store\":\"Managarm.Perf\",\"version\":1}\n{\"rows\":0}\n");
        }

        return word is "EXPORT" or "STORE" ? path : word;
    }

    private string[] Data() => ["--data", Path.Combine(folder, "data")];

    private string Publish()
    {
        var result = ToolProcess.Run(
            RepositoryTree.Root, "dotnet", "publish", "Fuzz", "-c", configuration, "-r", RuntimeInformation.RuntimeIdentifier,
            "-p:PublishAot=true", $"-p:ArtifactsPath={Path.Combine(folder, "artifacts")}", "-o", Path.Combine(folder, "native"));
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        return Path.Combine(folder, "native", "Managarm.Perf.Fuzz");
    }

    /// <summary>What a small program cannot be linked without.</summary>
    private string MissingPart()
    {
        string? linker = new[] { "clang", "gcc" }.FirstOrDefault(IsInstalled);
        if (linker is null)
        {
            return "a linker (clang or gcc)";
        }

        string source = Path.Combine(folder, "empty.c");
        File.WriteAllText(source, "int main(void) { return 0; }\n");
        var result = ToolProcess.Run(folder, linker, source, "-o", Path.Combine(folder, "empty"), "-lz");
        return result.ExitCode == 0 ? "" : "zlib, or what a linker needs";
    }

    private static bool IsInstalled(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator).Any(place => File.Exists(Path.Combine(place, program)));

    /// <summary>Everything but where and when, how long, and the name under which the program was started.</summary>
    private static string Stable(ToolResult result)
    {
        string text = Changing().Replace(result.Output, "");
        return Seconds().Replace(text.Replace("Managarm.Perf.Fuzz.dll", "Managarm.Perf.Fuzz", StringComparison.Ordinal), "");
    }

    [GeneratedRegex("\"(provenance|volatile)\": \\{.*\\n  \\}", RegexOptions.Singleline)]
    private static partial Regex Changing();

    [GeneratedRegex("[0-9.,]+ (s|seconds|runs/s)\\b")]
    private static partial Regex Seconds();
}
