// A revision of the project, checked out and built beside the working tree: a git worktree under the data root, which is removed
// when the comparison is over. It measures with its own child, so both sides are what their revision made of them; a revision
// from before the runner has none and is refused with a sentence.

using System.ComponentModel;
using System.Diagnostics;
using Managarm.Perf.Bench.Runner;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Bench.Compare;

/// <summary>A built revision.</summary>
internal sealed class Revision : IDisposable
{
    private const string Project = "Managarm.Perf.Bench";

    private readonly string folder;

    private Revision(string folder)
    {
        this.folder = folder;
    }

    /// <summary>Its Bench application.</summary>
    internal ChildProgram Program => new(Path.Combine(folder, "artifacts", "bin", Project, "release", $"{Project}.dll"));

    /// <summary>The commit that a name stands for.</summary>
    /// <param name="name">Anything that git understands.</param>
    /// <returns>The commit's full hash, or null.</returns>
    internal static string? Resolve(string name)
    {
        string[] arguments = ["rev-parse", "--quiet", "--verify", "--end-of-options", name + "^{commit}"];
        (int exitCode, string text) = Execute("git", arguments);
        return exitCode == 0 ? text.Trim() : null;
    }

    /// <summary>Checks a commit out and builds it.</summary>
    /// <param name="commit">Full hash.</param>
    /// <param name="dataRoot">Folder below which the worktree goes.</param>
    /// <param name="stop">Ends it early.</param>
    /// <returns>The revision.</returns>
    /// <exception cref="ChildException">It cannot be checked out or built, or has no child to measure with.</exception>
    internal static Revision Build(string commit, string dataRoot, CancellationToken stop)
    {
        string folder = Path.GetFullPath(Path.Combine(dataRoot, "worktrees", $"{commit[..12]}-{Environment.ProcessId}"));
        var revision = new Revision(folder);
        try
        {
            Demand("git", ["worktree", "add", "--detach", folder, commit], $"cannot check out {commit[..12]}", stop);
            string project = Path.Combine(folder, "Bench", $"{Project}.csproj");
            string[] build = ["build", project, "-c", "Release", "--nologo", "-v", "quiet"];
            Demand("dotnet", build, $"cannot build {commit[..12]}", stop);
            // An unknown command with --help gives the help of the whole program, so the usage line has to name it.
            (_, string help) = Execute("dotnet", ["exec", revision.Program.AssemblyPath, ChildCommand.Name, "--help"], stop);
            return help.Contains($"{ChildCommand.Name} <", StringComparison.Ordinal)
                ? revision
                : throw new ChildException(
                    $"{commit[..12]} has no command '{ChildCommand.Name}': it is older than the runner and cannot be measured",
                    CommandExit.BadInput);
        }
        catch
        {
            revision.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Execute("git", ["worktree", "remove", "--force", folder]);

    private static void Demand(string program, string[] arguments, string failure, CancellationToken stop)
    {
        (int exitCode, string text) = Execute(program, arguments, stop);
        if (stop.IsCancellationRequested)
        {
            throw ChildException.Interrupted();
        }

        if (exitCode != 0)
        {
            throw new ChildException($"{failure}: {text.Trim().Split('\n')[^1]}", CommandExit.Environment);
        }
    }

    private static (int ExitCode, string Text) Execute(string program, string[] arguments, CancellationToken ending = default)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start)!;
            using CancellationTokenRegistration end = ending.Register(() => process.Kill(entireProcessTree: true));
            Task<string> errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
            string text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, text + errors.Result);
        }
        catch (Win32Exception failure)
        {
            throw new ChildException($"cannot start '{program}': {failure.Message}", CommandExit.Environment);
        }
    }
}
