import "./local/aws/repairs/dynalite/differences.test.ts";
