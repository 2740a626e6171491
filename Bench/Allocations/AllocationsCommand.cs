// `allocations`: which types a workload allocates, and where. Tests use the same command, with hidden options, when a check for
// zero bytes fails, so that the failure names type and call site.

using System.CommandLine;
using Managarm.Perf.Bench.Workloads;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Bench.Allocations;

/// <summary>The command `allocations`.</summary>
internal static class AllocationsCommand
{
    private const int WarmPasses = 3;
    private const int OperationsPerPass = 2000;

    internal static Command Create(CommandContext context)
    {
        var workload = new Argument<string?>("WORKLOAD")
        {
            Description = "Name of a workload.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var test = new Option<string?>("--test") { Hidden = true };
        var method = new Option<string?>("--method") { Hidden = true };
        var check = new Option<string?>("--check") { Hidden = true };
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "allocations",
            "Run a workload in a child process, count exactly what it allocates, and name types and call sites by sampling.\n"
            + $"A pass is {OperationsPerPass} operations.\n"
            + "Exit code 0: nothing allocates; 1: something does; 3: the runtime's diagnostics port is closed.\n"
            + "Example: allocations ring-same-thread-spsc");
        command.Arguments.Add(workload);
        command.Options.Add(test);
        command.Options.Add(method);
        command.Options.Add(check);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(test) is string assembly)
            {
                string[] arguments = [assembly, "-method", parsed.GetValue(method) ?? "", "-noColor", "-noLogo"];
                return Watch(context, parsed.GetValue(check) ?? "", arguments, parsed.GetValue(json));
            }

            return RunWorkload(context, parsed.GetValue(workload) ?? "", parsed.GetValue(json));
        });
        return command;
    }

    private static int RunWorkload(CommandContext context, string name, bool isJson)
    {
        if (name.Length == 0)
        {
            context.Error.WriteLine("WORKLOAD is missing; see list");
            return CommandExit.BadInput;
        }

        string[] names = Names();
        if (!names.Contains(name))
        {
            context.Error.WriteLine($"no workload is called '{name}'; there are {string.Join(", ", names)}");
            return CommandExit.BadInput;
        }

        if (!MeasuredLoop.IsWatchedFor(name))
        {
            return Watch(context, name, [typeof(AllocationsCommand).Assembly.Location, "allocations", name], isJson);
        }

        Serve(name);
        return CommandExit.Clean;
    }

    private static int Watch(
        CommandContext context, string name, IReadOnlyList<string> arguments, bool isJson)
    {
        AllocationReport report;
        try
        {
            context.Progress.Say($"watching {name} in a process of its own");
            report = AllocationWatch.Run(name, arguments, context.Stop);
        }
        catch (OperationCanceledException)
        {
            context.Error.WriteLine("interrupted before there was anything to report");
            return CommandExit.Interrupted;
        }
        catch (WatchFailedException failure)
        {
            context.Error.WriteLine(failure.Message.ReplaceLineEndings(" "));
            return CommandExit.Environment;
        }

        if (isJson)
        {
            JsonOutput.Write(context.Output, report);
        }
        else
        {
            Print(context.Output, report);
        }

        return report.BytesPerPass.Process == 0 ? CommandExit.Clean : CommandExit.Findings;
    }

    private static void Serve(string name)
    {
        IReadOnlyList<IWorkload> all = WorkloadCatalog.MakeAll();
        IWorkload workload = all.Single(candidate => candidate.Name == name);
        workload.Prepare();
        long sum = 0;
        void Pass() => sum += workload.Run(OperationsPerPass);
        for (int pass = 0; pass < WarmPasses; pass++)
        {
            Pass();
        }

        MeasuredLoop.Serve(Pass);
        GC.KeepAlive(sum);
        foreach (IWorkload made in all)
        {
            made.Dispose();
        }
    }

    private static void Print(TextWriter output, AllocationReport report)
    {
        PassBytes bytes = report.BytesPerPass;
        PassBytes watched = report.WatchedBytesPerPass;
        output.WriteLine(
            $"{report.Name}: {Plural.Of(bytes.Thread, "byte")} per pass on its thread, {bytes.Process} in the process");
        if (report.Passes == 0)
        {
            return;
        }

        if (watched != bytes)
        {
            output.WriteLine(
                $"  without inlining, as watched: {Plural.Of(watched.Thread, "byte")}, {watched.Process} in the process");
        }

        output.WriteLine($"  {"bytes/pass",10} {"share",6}  type at method");
        foreach (AllocationSite site in report.Sites)
        {
            string source = site.Source is null ? "" : $" ({site.Source})";
            string through = site.Through is null ? "" : $" through {site.Through}";
            output.WriteLine($"  {site.BytesPerPass,10:f0} {site.Share,6:0.0%}  {site.Type} at {site.Method}{source}{through}");
        }

        output.WriteLine(
            $"  {Plural.Of(report.Samples, "sample")} in {report.Passes} {(report.Passes == 1 ? "pass" : "passes")}, "
            + $"and {report.OtherSamples} of the runtime itself");
    }

    private static string[] Names()
    {
        IReadOnlyList<IWorkload> all = WorkloadCatalog.MakeAll();
        string[] names = [.. all.Select(workload => workload.Name)];
        foreach (IWorkload workload in all)
        {
            workload.Dispose();
        }

        return names;
    }
}
