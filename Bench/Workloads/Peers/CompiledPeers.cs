// The peers in C as a library: compiled when somebody first asks for one, into the folder of the program, and kept there under
// the hash of its source. Several processes may ask at once; each compiles into a file of its own and moves it into place.
// Where there is no compiler the peers are missing, and whoever measures says so by name.

using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Managarm.Perf.Bench.Workloads.Peers;

/// <summary>The library of the peers.</summary>
internal static class CompiledPeers
{
    private const string Compiler = "gcc";

    private static readonly Lazy<string?> WhyMissing = new(FindCompiler);
    private static readonly Lazy<nint> Library = new(() => NativeLibrary.Load(Build()));

    /// <summary>Why there is no library, or null.</summary>
    internal static string? Missing => WhyMissing.Value;

    /// <summary>A function of the library; builds it if it is not there.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Its address.</returns>
    /// <exception cref="InvalidOperationException">The compiler refuses the source.</exception>
    internal static nint Function(string name) => NativeLibrary.GetExport(Library.Value, name);

    private static string? FindCompiler()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "the peers in C are built on Linux only";
        }

        return Run("--version").ExitCode == 0 ? null : $"there is no {Compiler} to build the peers in C";
    }

    private static string Build()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "peers");
        string source = Path.Combine(folder, "rings.c");
        string hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(source)))[..16];
        string library = Path.Combine(folder, $"rings-{hash}.so");
        if (File.Exists(library))
        {
            return library;
        }

        string own = $"{library}.{Environment.ProcessId}";
        (int exitCode, string text) = Run("-O2", "-std=gnu11", "-shared", "-fPIC", "-o", own, source);
        if (exitCode != 0)
        {
            throw new InvalidOperationException($"{Compiler} refuses the peers in C: {text.Trim()}");
        }

        File.Move(own, library, overwrite: true);
        return library;
    }

    private static (int ExitCode, string Text) Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Compiler, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            string errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, errors + output.Result);
        }
        catch (Win32Exception failure)
        {
            return (-1, failure.Message);
        }
    }
}
